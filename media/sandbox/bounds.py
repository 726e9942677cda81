"""What is too much, in one place for the child that opens a file and the parent that believes nothing of what it says."""

PIXELS = 40_000_000  # of a photo; a telephone of today takes 12 to 24 millions, a few 48
VOICE_S = 15 * 60.0  # of a voice note
PAGES = 500  # of a PDF
OBJECTS = 50_000  # of a PDF; a letter has some hundreds, a scanned file a few for each page
ARCHIVE_ENTRIES = 4_000  # of an office file
ARCHIVE_BYTES = 256 * 1024 * 1024  # of an office file, unpacked
ARCHIVE_RATIO = 150  # unpacked to packed, of one large entry

FILE_BYTES = 32 * 1024 * 1024  # that the child takes in, whatever it is
CONTENT_BYTES = 48 * 1024 * 1024  # that it may hand back: noise grows when it is written anew
THUMBNAIL_BYTES = 512 * 1024
FACTS_BYTES = 32 * 1024

CHECK_S = 2  # of processor, for reading headers and counting: what is hostile is refused within it
WORK_S = 20  # of the clock, for the whole file
MEMORY_BYTES = 440 * 1024 * 1024  # of data; with code and shared pages the process stays below 512 MiB

THUMBNAIL_EDGE = 800  # pixels, the longer side
PLACEHOLDER_EDGE = 20
BARS = 64  # of a waveform
