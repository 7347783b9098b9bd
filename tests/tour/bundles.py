#!/usr/bin/env python3
# SPDX-FileCopyrightText: Latchkey contributors
# SPDX-License-Identifier: GPL-2.0-or-later
"""Six programs of Debian as bundles: made, signed, installed from files, started. An editor, a reader of PDF, a viewer of
pictures, a player, a tool for the terminal and a database as a service, each with nothing but what it was given."""
import glob
import socket
import struct
import zlib

from headless import *

LIBRARIES = sorted(glob.glob("/usr/lib/*-linux-gnu"))[0][len("/usr/"):]
POSTGRES = sorted(glob.glob("/usr/lib/postgresql/*"))[-1][len("/usr/"):]


def latchkey(*words, **more):
    return subprocess.run(["latchkey", *words], capture_output=True, text=True, timeout=60, **more)


def wanted(*words, **more):
    done = latchkey(*words, **more)
    if done.returncode != 0:
        fail(f"latchkey {' '.join(words)}: {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


# --- made -------------------------------------------------------------------------------------------------------------

def stage(identity, manifest, packages, leave_out=()):
    """A folder to be packed: what these packages have in /usr, and this manifest."""
    folder = f"{world}/staged/{identity}"
    for path in "".join(output("dpkg", "-L", package) for package in packages).splitlines():
        below = path.removeprefix("/usr/")
        unwanted = below == path or below.startswith(("share/doc", "share/man", "share/locale", "share/lintian", *leave_out))
        if unwanted or os.path.isdir(path) or not os.path.exists(path):
            continue
        place = f"{folder}/files/{below}"
        os.makedirs(os.path.dirname(place), exist_ok=True)
        if not os.path.lexists(place):
            shutil.copyfile(os.path.realpath(path), place)
            os.chmod(place, 0o755 if os.access(path, os.X_OK) else 0o644)
    fresh(f"{folder}/manifest.toml", manifest)
    return folder


def version_of(package):
    return output("dpkg-query", "-W", "-f", "${Version}", package).split(":")[-1]


def build(identity, *words):
    bundle = f"{world}/{identity}.latchkey"
    wanted("bundle", "build", *words, "--output", bundle)
    return bundle


def head(identity, package, name, summary):
    return f'format = 1\nid = "{identity}"\nversion = "{version_of(package)}"\nname = "{name}"\nsummary = "{summary}"\n'


def editor():
    entry = "share/applications/org.example.Editor.desktop"
    folder = stage("org.example.Editor", head("org.example.Editor", "featherpad", "Editor", "Writes plain text") + f"""
icon = "share/icons/hicolor/scalable/apps/featherpad.svg"
[[commands]]
name = "featherpad"
command = ["bin/featherpad", "--standalone"]
desktop = "{entry}"
[[commands]]
name = "libraries"
command = ["/usr/bin/ldd", "/app/bin/featherpad"]
[[claims]]
kind = "folder"
target = "~/Documents"
access = "write"
reason = "to write your texts"
""", ["featherpad", "libhunspell-1.7-0"])
    fresh(f"{folder}/files/{entry}", "[Desktop Entry]\nType=Application\nName=Editor\nExec=featherpad --standalone %F\n"
          "MimeType=text/plain;\nCategories=Utility;\n")
    return build("org.example.Editor", folder)


def reader():
    # Its plug-in is a private library: it is found where the bundle has it.
    return build("org.example.Reader", stage("org.example.Reader", head(
        "org.example.Reader", "zathura", "Reader", "Shows PDF") + f"""
[[commands]]
name = "zathura"
command = ["bin/zathura", "--plugins-dir=/app/{LIBRARIES}/zathura"]
""", ["zathura", "zathura-pdf-poppler"]))


def viewer():
    return build("org.example.Viewer", stage("org.example.Viewer", head(
        "org.example.Viewer", "mpv", "Viewer", "Shows pictures") + """
[[commands]]
name = "view"
command = ["bin/mpv", "--no-config", "--vo=wlshm", "--image-display-duration=inf", "--title=${filename}"]
""", ["mpv"]))


def player():
    # Not by its desktop entry, which takes whatever follows for files.
    return build("org.example.Player", stage("org.example.Player", head(
        "org.example.Player", "mpv", "Player", "Plays music and films") + """
[[commands]]
name = "mpv"
command = ["bin/mpv", "--no-config"]
""", ["mpv"]))


def database():
    program = f"{POSTGRES}/bin"
    folder = stage("org.example.Database", head(
        "org.example.Database", "postgresql-" + POSTGRES.split("/")[-1], "Database", "Keeps tables") + f"""
[[commands]]
name = "initdb"
command = ["{program}/initdb", "-D", "store", "-U", "shop", "-A", "trust", "--no-sync", "--locale=C"]
[[services]]
name = "postgres"
command = ["{program}/postgres", "-D", "store", "-c", "hba_file=/app/share/hba.conf", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off"]
listen = [5432]
[[offers]]
name = "sql"
kind = "service"
service = "postgres"
""", ["postgresql-" + POSTGRES.split("/")[-1]], (f"{POSTGRES}/lib/bitcode", f"{POSTGRES}/lib/llvmjit"))
    # Who comes from outside the sandbox never looks as if from inside it, so it has to be said who may.
    fresh(f"{folder}/files/share/hba.conf", "host all shop all trust\n")
    return build("org.example.Database", folder)


def made():
    wanted("bundle", "keygen")
    return [editor(), reader(), database(),
            viewer(),
            player(),
            build("org.example.Search", "--package", "ripgrep", "--id", "org.example.Search")]


# --- what they are given ----------------------------------------------------------------------------------------------

def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def write_picture(path):
    rows = b"".join(b"\0" + bytes((200, 40, 40)) * 64 for _ in range(64))
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0)) +
                   chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def write_page(path):
    parts = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
             "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>"]
    text, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(text))
        text += f"{number} 0 obj\n{part}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    text += f"xref\n0 4\n0000000000 65535 f \n{table}trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n{len(text)}\n%%EOF\n"
    fresh(path, text)


def furnish():
    fresh(f"{home}/Documents/letter.txt", "a needle in it\n")
    fresh(f"{home}/Documents/private/diary.txt", "another needle\n")
    os.makedirs(f"{home}/Pictures")
    write_picture(f"{home}/Pictures/red.png")
    write_page(f"{home}/Documents/page.pdf")


# --- started ----------------------------------------------------------------------------------------------------------

def shows(title, identity, *words):
    app = spawn("latchkey", "run", "--ask", "no", identity, *words)
    wait_for(f"a window of {identity} with {title}", lambda: [one for one in windows() if title in one], 60)
    check(True, f"{identity} shows {title} in a window")
    app.terminate()
    soon(lambda: app.poll() is not None, 10)


def installed(bundles):
    for bundle in bundles:
        said = wanted("install", "--yes", bundle)
        check("Nothing of this is given by installing it" in said, f"{os.path.basename(bundle)} is installed")
    apps = {app["id"]: app for app in json.loads(output("latchkey", "apps", "--json"))}
    six = ["Editor", "Reader", "Viewer", "Player", "Search", "Database"]
    check(all(apps[f"org.example.{name}"]["source"] == "bundle" for name in six), "all six are apps, from bundles")
    check(json.loads(output("latchkey", "grants", "--json")) == [], "and hold nothing")
    entry = f"{home}/.local/share/applications/org.example.Editor.desktop"
    wait_for("the editor in the menus", lambda: os.path.exists(entry))
    with open(entry) as file:
        check(' run "org.example.Editor" %F\n' in file.read(), "the editor's entry starts it through Latchkey")


def in_windows():
    shows("letter.txt", "org.example.Editor", f"{home}/Documents/letter.txt")
    shows("page.pdf", "org.example.Reader", f"{home}/Documents/page.pdf")
    shows("red.png", "org.example.Viewer", f"{home}/Pictures/red.png")
    libraries = wanted("run", "--ask", "no", "org.example.Editor.libraries")
    check(f"=> /app/{LIBRARIES}/libhunspell" in libraries and "=> /lib" in libraries.replace("/usr/lib", "/lib"),
          "the editor has its own library, and the others of the host")


def in_the_terminal():
    played = latchkey("run", "--ask", "no", "org.example.Player", "--vo=null", "--ao=null", "--frames=1",
                      "--player-operation-mode=cplayer", f"{home}/Pictures/red.png")
    check(played.returncode == 0 and "64x64" in played.stdout, f"the player plays what was named ({played.returncode})")
    search = ("run", "--ask", "no", "--words", "org.example.Search", "needle", f"{home}/Documents")
    refused = latchkey(*search)
    check("needle in it" not in refused.stdout, "the search finds nothing in what it was not given")
    wanted("grant", "org.example.Search", "folder", f"{home}/Documents")
    found = latchkey(*search)
    check("a needle in it" in found.stdout and "another needle" in found.stdout, "and all of a folder it was given")


def as_a_service():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    wanted("run", "--ask", "no", "org.example.Database")
    wanted("grant", "org.example.Database", "listen", port)
    spawn("latchkey", "run", "--ask", "no", "org.example.Database.postgres", "-p", port)
    asked = [f"/usr/{POSTGRES}/bin/psql", "-X", "-A", "-t", "-h", "127.0.0.1", "-p", port, "-U", "shop", "-c", "select 6*7", "postgres"]
    wait_for("the database's answer", lambda: "42" in output(*asked), 60)
    check(True, "the database answers as a service")
    check([one["app"] for one in json.loads(output("latchkey", "ps", "--json"))] == ["org.example.Database"],
          "and is the bundle's own app")


def removed():
    wanted("remove", "--yes", "org.example.Database")
    check(json.loads(output("latchkey", "ps", "--json")) == [], "removed, the database has ended")
    check(not [one for one in json.loads(output("latchkey", "grants", "--json")) if one["holder"].startswith("org.example.Database")],
          "and holds nothing")
    check(latchkey("run", "--ask", "no", "org.example.Database").returncode == 127, "and cannot be started")
    wanted("remove", "--yes", "--data", "org.example.Editor")
    check(soon(lambda: not os.path.exists(f"{home}/.local/share/applications/org.example.Editor.desktop"), 10),
          "the editor's entry has gone with it")


try:
    begin()
    began = time.monotonic()
    furnish()
    installed(made())
    in_windows()
    in_the_terminal()
    as_a_service()
    removed()
    print(f"ok: in {time.monotonic() - began:.0f} s", flush=True)
finally:
    end()
