"""Compiled code, measured: what each engine makes of a function that is compiled once and called often."""
