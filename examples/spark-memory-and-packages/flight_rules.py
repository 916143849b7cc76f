"""Rules of the team, which the script imports on every machine."""


# --8<-- [start:rules]
def part_of_day(hour: int) -> str:
    return "night" if hour < 6 or hour > 21 else "day"


# --8<-- [end:rules]
