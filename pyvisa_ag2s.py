"""The name under which PyVISA finds the simulated bench: `ResourceManager("world.toml@ag2s")`."""

from sim_backend.visa.visa_library import Ag2sVisaLibrary

WRAPPER_CLASS = Ag2sVisaLibrary
