"""Where a stranger's file is opened: a process that lives for one file, without keys, files, network or other processes.

What runs in here imports no Django and nothing of the house but this package. `child` is the program, `closing` shuts it in, `photos`,
`voices`, `papers` and `offices` open files, `wire` is how it speaks, `bounds` is what is too much.
"""
