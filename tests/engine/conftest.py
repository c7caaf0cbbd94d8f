"""Property tests try the same examples on every machine, however slow it is."""

import hypothesis

hypothesis.settings.register_profile("steady", deadline=None, derandomize=True)
hypothesis.settings.load_profile("steady")
