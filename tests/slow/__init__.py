"""Tests of the engine and the lessons that take seconds each: whole grids of settings, other processes, MNIST."""
