"""Plays AWS on a port of 127.0.0.1 until standard input ends, so that it never outlives the test that started it.

    serve.py moto|ministack PORT
"""

import os
import sys
import threading


def end_with_the_test():
    sys.stdin.buffer.read()
    os._exit(0)


def main():
    name, port = sys.argv[1:]
    threading.Thread(target=end_with_the_test, daemon=True).start()
    if name == "moto":
        from moto.server import main as serve

        serve(["-H", "127.0.0.1", "-p", port])
    elif name == "ministack":
        # Without BIND_HOST it listens on every address; the others are listeners of their own that no test needs.
        os.environ.update(
            BIND_HOST="127.0.0.1",
            MINISTACK_HOST="127.0.0.1",
            GATEWAY_PORT=port,
            IOT_MTLS_ENABLED="0",
            SFTP_ENABLED="0",
        )
        sys.argv = ["ministack"]
        from ministack.app import main as serve

        serve()
    else:
        sys.exit(f"{name}: neither moto nor ministack")


if __name__ == "__main__":
    main()
