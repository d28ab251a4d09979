"""The parts of scripts/attack: problems whose verdicts are known, runs of them, and a judge of what was said."""
