#!/usr/bin/env python3
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every text of the window is in the shipped languages, and nothing in them is left to do or no longer said.

lupdate brings copies of the translations up to date; what it changes in them is missing in ours.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

SOURCE = pathlib.Path(os.environ.get("LATCHKEY_SOURCE") or pathlib.Path(__file__).resolve().parents[2])
PLACES = ("app/ui", "qml", "resources/translations")
LANGUAGES = ("de", "ar")


def texts(path):
    """(context, source, comment) to its translations, and those that are not finished."""
    found, unfinished = {}, []
    for context in xml.parse(path).getroot().iter("context"):
        name = context.findtext("name")
        for message in context.iter("message"):
            key = (name, message.findtext("source"), message.findtext("comment") or "")
            translation = message.find("translation")
            forms = [form.text or "" for form in translation.iter("numerusform")] or [translation.text or ""]
            found[key] = forms
            if translation.get("type") or not all(forms):
                unfinished.append(key)
    return found, unfinished


def marks(text):
    """What is put in: %1, %Ln. A form for one or two may say it in words."""
    return sorted(re.findall(r"%L?[0-9]", text))


def main():
    wrong = []
    with tempfile.TemporaryDirectory() as copy:
        for place in PLACES:
            shutil.copytree(SOURCE / place, pathlib.Path(copy) / place)
        made = subprocess.run(["resources/translations/update"], cwd=copy, capture_output=True, text=True, check=False)
        if made.returncode != 0:
            print(made.stderr)
            return 1
        for language in LANGUAGES:
            name = f"resources/translations/latchkey_{language}.ts"
            ours, unfinished = texts(SOURCE / name)
            now, _ = texts(pathlib.Path(copy) / name)
            wrong += [f"{language}: not translated: {key}" for key in unfinished]
            wrong += [f"{language}: missing: {key}" for key in now.keys() - ours.keys()]
            wrong += [f"{language}: said nowhere: {key}" for key in ours.keys() - now.keys()]
            wrong += [f"{language}: puts in other things: {key}" for key, forms in ours.items()
                      if any(marks(form) != marks(key[1]) for form in forms)]
            if len(ours) < 1000:
                wrong.append(f"{language}: {len(ours)} texts alone: something was not looked at")
    print("\n".join(wrong) or "complete")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
