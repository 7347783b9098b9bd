// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/flatpak/flatpak-claims.h"

#include <algorithm>
#include <array>
#include <optional>

#include "broker/base/text.h"

namespace latchkey::flatpak {
namespace {

using Kind = Permission::Kind;

struct Answer {
  Instead instead;
  const char* sentence;
};

struct Known {
  std::string_view name;  // "org.gtk.vfs.*": with all below it.
  Answer answer;
};

// What a bundle's manifest may have, with room for one more claim (packaging/FORMAT.md).
constexpr size_t MAX_SHOWN = 100, MAX_REASON = 300, MAX_CLAIMS = 64, MAX_MANIFEST = 60 << 10;

constexpr Answer UNKNOWN{Instead::Refused, "This is not known to Latchkey, and not given."};
constexpr Answer NO_NAME{
    Instead::Refused, "The session's message bus is not in reach: it has one of its own. What it wants there fails."};
constexpr Answer NO_SYSTEM_NAME{Instead::Refused,
                                "The system's message bus is not in reach. What it wants there fails."};
constexpr Answer STAYS_ON{
    Instead::Refused, "Not by this name. A program that asks the desktop's portal may keep the screen on, unasked."};
constexpr Answer KEYRING{Instead::Refused,
                         "The keyring holds the secrets of all programs. It keeps its own in its private home."};
constexpr Answer REMOTE_FILES{Instead::Refused,
                              "Files of other computers are opened in the file dialog, one at a time."};
constexpr Answer MENU{Instead::Refused, "Its menu stays in its window."};
constexpr Answer TRAY{Instead::Nothing, "It has its symbol in the tray as every program has."};
constexpr Answer OWN_BUS{Instead::Nothing, "It takes any name on the bus of its own, where nobody else is."};

constexpr std::array SESSION = {
    Known{"org.freedesktop.Notifications", {Instead::Nothing, "It shows notifications as every program does."}},
    Known{"org.kde.StatusNotifierWatcher", TRAY},
    Known{"org.kde.StatusNotifierItem.*", TRAY},
    Known{"com.canonical.indicator.application", TRAY},
    Known{"org.ayatana.indicator.application", TRAY},
    Known{"org.mpris.MediaPlayer2.*", {Instead::Nothing, "Media keys reach it as they reach every player."}},
    Known{"org.gnome.SettingsDaemon.MediaKeys", {Instead::Nothing, "Media keys reach it as they reach every player."}},
    Known{"org.a11y.Bus", {Instead::Nothing, "Screen readers can read it."}},
    Known{"org.freedesktop.portal.*",
          {Instead::Nothing, "The portals are there, and ask where there is something to ask."}},
    Known{"org.freedesktop.ScreenSaver", STAYS_ON},
    Known{"org.freedesktop.PowerManagement", STAYS_ON},
    Known{"org.freedesktop.PowerManagement.*", STAYS_ON},
    Known{"org.gnome.SessionManager", STAYS_ON},
    Known{"org.mate.SessionManager", STAYS_ON},
    Known{"org.freedesktop.secrets", KEYRING},
    Known{"org.kde.kwalletd", KEYRING},
    Known{"org.kde.kwalletd5", KEYRING},
    Known{"org.kde.kwalletd6", KEYRING},
    Known{"org.gtk.vfs", REMOTE_FILES},
    Known{"org.gtk.vfs.*", REMOTE_FILES},
    Known{"com.canonical.AppMenu.Registrar", MENU},
    Known{"com.canonical.AppMenu.Registrar.*", MENU},
    Known{"ca.desrt.dconf", {Instead::Refused, "The settings of other programs stay closed. It keeps its own."}},
    Known{"org.freedesktop.Flatpak", {Instead::Refused, "That would start any program outside of its sandbox."}},
    Known{"org.freedesktop.Flatpak.*", {Instead::Refused, "That would start any program outside of its sandbox."}},
    Known{"org.gnome.Shell", {Instead::Refused, "That would let it control the desktop."}},
    Known{"org.freedesktop.FileManager1",
          {Instead::Refused, "It cannot make the file manager show a file. Opening one with another app asks."}},
};

bool matches(std::string_view pattern, std::string_view name) {
  if (!pattern.ends_with(".*")) return pattern == name;
  auto above = pattern.substr(0, pattern.size() - 1);
  return name.starts_with(above) || name == pattern;
}

struct Folder {
  std::string_view xdg, place;
};
constexpr std::array FOLDERS = {
    Folder{"xdg-desktop", "~/Desktop"},     Folder{"xdg-documents", "~/Documents"},
    Folder{"xdg-download", "~/Downloads"},  Folder{"xdg-music", "~/Music"},
    Folder{"xdg-pictures", "~/Pictures"},   Folder{"xdg-public-share", "~/Public"},
    Folder{"xdg-templates", "~/Templates"}, Folder{"xdg-videos", "~/Videos"},
    Folder{"xdg-config", "~/.config"},      Folder{"xdg-data", "~/.local/share"},
    Folder{"xdg-cache", "~/.cache"},        Folder{"xdg-state", "~/.local/state"},
};

// The place itself or something in it.
bool within(std::string_view path, std::string_view place) {
  return path == place || (path.starts_with(place) && (place == "/" || path[place.size()] == '/'));
}

// "xdg-documents/Zoom" -> "~/Documents/Zoom". Nothing for what has steps up.
std::optional<std::string> placeOf(std::string_view name) {
  std::string place(name);
  for (auto& folder : FOLDERS) {
    if (within(name, folder.xdg)) place = std::string(folder.place) + std::string(name.substr(folder.xdg.size()));
  }
  while (place.size() > 1 && place.ends_with('/')) place.pop_back();
  if ((place + "/").find("/../") != place.npos || (place + "/").find("/./") != place.npos) return {};
  return place;
}

class Translation {
public:
  explicit Translation(const Metadata& metadata) : m_metadata(metadata) {}

  std::vector<Line> run() {
    for (auto& permission : m_metadata.permissions) {
      m_spelled = spelled(permission);
      translate(permission);
    }
    return std::move(m_lines);
  }

private:
  void translate(const Permission& permission) {
    switch (permission.kind) {
      case Kind::Share: return share(permission.name);
      case Kind::Socket: return socket(permission.name);
      case Kind::Device: return device(permission.name);
      case Kind::Filesystem: return fileSystem(permission);
      case Kind::Persist: return say({Instead::Nothing, "All of its home is its own, and stays."});
      case Kind::Feature: return feature(permission.name);
      case Kind::SessionBus: return sessionBus(permission);
      case Kind::SystemBus: return say(NO_SYSTEM_NAME);
      case Kind::Environment:
        return say({Instead::Nothing, "Nobody has to allow that. If it needs it, what starts it has to say so."});
      case Kind::Usb: return say({Instead::Refused, "There are no devices at USB for programs yet."});
      case Kind::Unknown: return say(UNKNOWN);
    }
  }

  void say(Answer answer) {
    m_lines.push_back({.permission = m_spelled, .instead = answer.instead, .sentence = answer.sentence});
  }
  void ask(const char* sentence, std::string kind, std::string target, std::string access = "read") {
    say({Instead::Asks, sentence});
    m_lines.back().claims.push_back(
        {.kind = std::move(kind), .target = std::move(target), .access = std::move(access)});
  }
  void allow(const char* sentence, const char* ability) {
    say({Instead::Ability, sentence});
    m_lines.back().ability = ability;
  }

  bool has(Kind kind, std::string_view name) const {
    return std::ranges::any_of(m_metadata.permissions, [&](auto& one) { return one.kind == kind && one.name == name; });
  }

  void share(const std::string& name) {
    if (name == "network")
      return ask("It asks for each place on the network that it comes to.", "network", "everything");
    if (name == "ipc") return say({Instead::Nothing, "Its screen is its own, and so is its memory."});
    say(UNKNOWN);
  }

  void socket(const std::string& name) {
    if (name == "wayland" || name == "inherit-wayland-socket") {
      say({Instead::Nothing, "Its windows come to the screen by a connection of its own."});
    } else if (name == "x11" && !has(Kind::Socket, "wayland")) {
      allow("It gets an X server of its own, where it sees no other program, if its manifest says that it needs one.",
            "needs-x11");
    } else if (name == "x11" || name == "fallback-x11") {
      say({Instead::Nothing, "It has Wayland, or an X server of its own, where it sees no other program."});
    } else if (name == "pulseaudio") {
      say({Instead::Nothing, "It plays sound as every program does."});
      ask("It asks when it wants to listen to the microphone.", "desktop", "microphone");
    } else if (name == "cups") {
      say({Instead::Nothing, "It prints by the desktop's dialog."});
    } else if (name == "session-bus") {
      say({Instead::Refused, "The whole of the session's message bus would be the whole of your session."});
    } else if (name == "system-bus") {
      say(NO_SYSTEM_NAME);
    } else if (name == "ssh-auth" || name == "gpg-agent") {
      say({Instead::Refused,
           "It cannot use your keys. What it needs of them is copied into its private home, if at all."});
    } else if (name == "pcsc") {
      say({Instead::Refused, "It cannot reach smart cards."});
    } else {
      say(UNKNOWN);
    }
  }

  void device(const std::string& name) {
    if (name == "dri" || name == "all") allow("It may draw with the graphics card if you switch that on.", "gpu");
    if (name == "dri") return;
    if (name == "all") {
      ask("It asks when it wants to see through a camera.", "desktop", "camera");
      say({Instead::Refused, "Other devices are not handed out."});
    } else if (name == "kvm") {
      say({Instead::Refused, "It cannot run virtual machines with the processor's help."});
    } else if (name == "shm") {
      say({Instead::Nothing, "Its shared memory is its own."});
    } else if (name == "input") {
      say({Instead::Refused, "It reads keyboard and mouse in its windows alone; game controllers are not handed out."});
    } else if (name == "usb") {
      say({Instead::Refused, "There are no devices at USB for programs yet."});
    } else {
      say(UNKNOWN);
    }
  }

  void feature(const std::string& name) {
    if (name == "devel") say({Instead::Refused, "Programs in it cannot be traced: debuggers do not work inside."});
    else if (name == "multiarch") say({Instead::Nothing, "Programs of 32 bits run as others do."});
    else if (name == "bluetooth" || name == "canbus") say({Instead::Refused, "It has no such sockets."});
    else if (name == "per-app-dev-shm") say({Instead::Nothing, "Its shared memory is its own."});
    else say(UNKNOWN);
  }

  void sessionBus(const Permission& permission) {
    auto known = std::ranges::find_if(SESSION, [&](auto& one) { return matches(one.name, permission.name); });
    if (known != SESSION.end()) say(known->answer);
    else say(permission.mode == "own" ? OWN_BUS : NO_NAME);
  }

  void fileSystem(const Permission& permission) {
    auto& name = permission.name;
    auto access = permission.mode == "ro" ? "read" : "write";
    if (name == "host" || name == "host-root")
      return ask("It asks for the file or folder it comes to; what you pick in its dialogs it has at once.", "folder",
                 "/", access);
    if (name == "home")
      return ask("It asks for the file or folder it comes to; what you pick in its dialogs it has at once.", "folder",
                 "~", access);
    if (name == "host-os" || name == "host-etc")
      return say({Instead::Nothing, "It sees the system's programs, read-only, and what they need of /etc."});
    if (within(name, "xdg-run/gvfs") || within(name, "xdg-run/gvfsd")) return say(REMOTE_FILES);
    if (within(name, "xdg-run/pipewire-0"))
      return ask("It asks when it wants to show your screen or see through a camera, by the portals.", "desktop",
                 "screencast");
    auto place = placeOf(name);
    if (place) return folder(*place, access);
    say(UNKNOWN);
  }

  void folder(const std::string& place, const char* access) {
    // Where there are sockets and devices rather than files.
    for (std::string_view wired : {"xdg-run", "/run", "/var/run", "/dev", "/proc", "/sys"}) {
      if (within(place, wired) && !within(place, "/run/media"))
        return say({Instead::Refused, "Sockets and devices of the system are not handed out by their names."});
    }
    if (within(place, "/tmp") || within(place, "/var/tmp"))
      return say({Instead::Nothing, "Its temporary files are its own."});
    // A home of its own has those of every program, empty.
    if (place.starts_with("~/."))
      return say({Instead::Nothing,
                  "It has a place of this name of its own. Yours comes into it as a copy, if you want: "
                  "see `latchkey import --data`."});
    if (!place.starts_with("~/") && !place.starts_with('/')) return say(UNKNOWN);
    ask("It asks for the file or folder it comes to; what you pick in its dialogs it has at once.", "folder", place,
        access);
  }

  const Metadata& m_metadata;
  std::string m_spelled = {};
  std::vector<Line> m_lines = {};
};

// Of folders and the rest. Write is more than read.
bool covers(const ManifestClaim& outer, const ManifestClaim& inner) {
  if (outer.kind != inner.kind || (outer.access == "read" && inner.access == "write")) return false;
  if (outer.kind != "folder") return outer.target == inner.target;
  return outer.target == "/" || within(inner.target, outer.target);
}

std::string quoted(std::string_view text) {
  std::string all = "\"";
  for (char c : escaped(text)) {
    if (c == '"' || c == '\\') all += '\\';
    all += c;
  }
  return all + "\"";
}

std::string lastPart(std::string_view text, char separator) {
  auto at = text.rfind(separator);
  return std::string(at == text.npos ? text : text.substr(at + 1));
}

// What a command may be called: small letters, digits, "-".
std::string word(std::string_view text) {
  std::string result;
  for (char c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) result += c;
    else if (!result.empty() && result.back() != '-') result += '-';
  }
  while (result.ends_with('-')) result.pop_back();
  return result.empty() ? "app" : result.substr(0, 60);
}

// At most so many bytes, as the fields of a manifest are counted.
std::string fitting(std::string_view text, size_t bytes) {
  auto shown = brief(text, bytes);
  for (auto characters = bytes / 2; shown.size() > bytes; characters /= 2) shown = brief(text, characters);
  return shown;
}

// What the command starts below bin/. A name that could be anything but a file's is not taken over.
std::string programOf(const Metadata& metadata, std::string_view shown) {
  auto program = lastPart(metadata.command, '/');
  auto plain = [](unsigned char c) {
    return (c < 0x80 && isalnum(c) != 0) || c == '.' || c == '_' || c == '-' || c == '+';
  };
  bool usable = !program.empty() && program[0] != '.' && program[0] != '-' && program.size() <= 200 &&
                std::ranges::all_of(program, plain);
  return usable ? program : word(shown);
}

bool hasAbility(const std::vector<Line>& lines, std::string_view ability) {
  return std::ranges::any_of(lines, [&](auto& line) { return line.ability == ability; });
}

}  // namespace

std::string_view nameOf(Instead instead) {
  switch (instead) {
    case Instead::Nothing: return "nothing";
    case Instead::Asks: return "asks";
    case Instead::Ability: return "ability";
    case Instead::Refused: return "refused";
  }
  return {};
}

std::vector<Line> insteadOf(const Metadata& metadata) { return Translation(metadata).run(); }

std::vector<ManifestClaim> claimsOf(const std::vector<Line>& lines) {
  std::vector<ManifestClaim> claims;
  for (auto& line : lines) {
    for (auto claim : line.claims) {
      claim.reason = fitting("Its Flatpak has " + line.permission, MAX_REASON);
      if (std::ranges::any_of(claims, [&](auto& one) { return covers(one, claim); })) continue;
      std::erase_if(claims, [&](auto& one) { return covers(claim, one); });
      claims.push_back(std::move(claim));
    }
  }
  return claims;
}

std::string manifestFor(const Metadata& metadata, const std::vector<Line>& lines, std::string_view name,
                        std::string_view summary) {
  auto shown = fitting(name.empty() ? lastPart(metadata.id, '.') : std::string(name), MAX_SHOWN);
  auto program = programOf(metadata, shown);
  std::string text =
      "# Made of what its Flatpak is allowed from the start. It claims, and is given nothing.\n"
      "# Put the program and its files below files/, edit this, then: latchkey bundle build .\n"
      "format = 1\nid = " +
      quoted(metadata.id) + "\nversion = \"1.0\"\nname = " + quoted(shown) +
      "\nsummary = " + quoted(summary.empty() ? shown : fitting(summary, MAX_REASON)) +
      "\n\n[[commands]]\nname = " + quoted(word(program)) + "\ncommand = [" + quoted("bin/" + program) + "]\n";
  for (auto ability : {"gpu", "needs-x11"}) {
    if (!hasAbility(lines, ability)) continue;
    if (text.find("[abilities]") == text.npos) text += "\n[abilities]\n";
    text += std::string(ability) + " = true\n";
  }
  size_t left = MAX_CLAIMS;
  for (auto& claim : claimsOf(lines)) {
    if (left-- == 0 || text.size() > MAX_MANIFEST) break;
    text += "\n[[claims]]\nkind = " + quoted(claim.kind) + "\ntarget = " + quoted(claim.target) + "\n";
    if (claim.access != "read") text += "access = " + quoted(claim.access) + "\n";
    text += "reason = " + quoted(claim.reason) + "\n";
  }
  return text;
}

}  // namespace latchkey::flatpak
