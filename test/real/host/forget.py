"""Takes the files of the folder argv[1] out of the page cache once a second for argv[2] seconds, so that the disk has to read them again."""

import os
import sys
import time

until = time.monotonic() + float(sys.argv[2])
while time.monotonic() < until:
    for folder, _, names in os.walk(sys.argv[1]):
        for name in names:
            try:
                file = os.open(os.path.join(folder, name), os.O_RDONLY)
            except FileNotFoundError:
                continue
            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(file)
    time.sleep(1)
