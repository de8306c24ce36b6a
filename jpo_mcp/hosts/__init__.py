"""The configuration files of the hosts that start our server: where they are, and our entry in them.

places   where each host keeps its configuration on three systems; pure but for looking what is there
launch   the command that a host can run, from the environment that runs now
entry    what our entry says, and which entries are ours; pure
jsonc    JSON with comments edited in place, everything else byte for byte the same; pure
merge    our entry put into a text, or taken out of it; pure
files    a file read as it is encoded, and written so that nothing is lost
shown    the change as a person may see it, without anybody's secrets; pure
"""
