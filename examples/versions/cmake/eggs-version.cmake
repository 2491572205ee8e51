# The whole version, which project() does not take.
set(EGGS_VERSION "0.4.0.dev0")
