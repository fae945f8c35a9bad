"""into-pipe.py PIPE COMMAND...: runs COMMAND with PIPE made as a named pipe and
prints what came through it; fails if PIPE is none any more."""
import os
import stat
import subprocess
import sys

pipe, command = sys.argv[1], sys.argv[2:]
if os.path.exists(pipe):
    os.unlink(pipe)
os.mkfifo(pipe)
process = subprocess.Popen(command)
reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
status = process.wait(timeout=60)
sys.stdout.write(os.read(reader, 1 << 16).decode())
sys.exit(status or not stat.S_ISFIFO(os.stat(pipe).st_mode))
