"""Makes the normalising function of Lambda and prints its ARN; see stack.py. Arguments: its program and its contract."""

import sys

import stack

if __name__ == "__main__":
    print(stack.function(*sys.argv[1:]))
