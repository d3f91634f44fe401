"""The child process that reads an untrusted file: it sets its limits before it imports the libraries.

python -m interviews.pagetext.files.worker < FILE
"""

from __future__ import annotations

import os
import resource
import sys

from .limits import BROKEN, CPU_SECONDS, MEMORY, OUT_OF_MEMORY, TOO_MUCH


def set_limits() -> None:
    """Set hard limits on this process: memory, CPU, no file writes, no core dumps."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(data: bytes) -> bytes:
    import logging

    from interviews.pagetext.decoding import UnreadablePageError

    from . import ipc

    logging.disable()  # pdfminer warns about fonts that it reads correctly
    try:
        if data.startswith(b"PK"):
            from .docx import read_docx as reader
        else:
            from .pdf import read_pdf as reader
        return ipc.dump(reader(data))
    except UnreadablePageError as error:
        return ipc.dump_error(str(error))
    except MemoryError:
        return ipc.dump_error(TOO_MUCH)
    except Exception:  # parsers raise anything on broken files
        return ipc.dump_error(BROKEN)


def main() -> None:
    set_limits()
    data = sys.stdin.buffer.read()
    try:
        result = read(data)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    del data
    sys.stdout.buffer.write(result)
    sys.stdout.buffer.flush()
    os._exit(0)  # skip the clean-up


if __name__ == "__main__":
    main()
