"""The paper's figures, measured on a station and laid beside the paper's numbers."""
