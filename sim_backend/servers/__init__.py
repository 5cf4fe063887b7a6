"""The instruments of a world on TCP sockets of this computer, for clients in other processes."""
