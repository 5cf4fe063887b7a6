"""Test Script Processor: the Lua engine and the tables that both Keithleys share."""
