"""Resource limits of the child process, and the messages for exceeding them."""

CPU_SECONDS = 10
MEMORY = 320 * 2**20  # bytes of address space; less is resident
OUT_OF_MEMORY = 3  # exit status

BROKEN = "这份文件已经损坏，或者不是它自称的格式，打不开。"
TOO_MUCH = "这份文件读起来要占太多内存，没有读完：请简化后再导出，或者改为粘贴文字。"
TOO_LONG = "读这份文件用的时间太长，已经停下：请简化后再导出，或者改为粘贴文字。"
