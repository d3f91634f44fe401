"""The process that opens a file which nobody trusts: limits first, then the libraries.

python -m interviews.pagetext.files.worker < FILE
"""

from __future__ import annotations

import os
import resource
import sys

from .limits import BROKEN, CPU_SECONDS, MEMORY, OUT_OF_MEMORY, TOO_MUCH


def limit() -> None:
    """On this process, for good: no way up again, no files to write, no core."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(data: bytes) -> bytes:
    import logging

    from interviews.pagetext.decoding import UnreadablePageError

    from . import ipc

    logging.disable()  # pdfminer complains of fonts that it reads well enough
    try:
        if data.startswith(b"PK"):
            from .docx import read_docx as reader
        else:
            from .pdf import read_pdf as reader
        return ipc.dump(reader(data))
    except UnreadablePageError as refusal:
        return ipc.dump_refusal(str(refusal))
    except MemoryError:
        return ipc.dump_refusal(TOO_MUCH)
    except Exception:  # whatever a broken file does to a parser
        return ipc.dump_refusal(BROKEN)


def main() -> None:
    limit()
    data = sys.stdin.buffer.read()
    try:
        answer = read(data)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    del data
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
    os._exit(0)  # no need to take everything apart


if __name__ == "__main__":
    main()
