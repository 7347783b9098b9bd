// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/data/pieces.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "broker/base/failure.h"
#include "broker/base/text.h"
#include "launcher/data/survey.h"
#include "launcher/trial/beneath.h"

namespace latchkey::data {
namespace {

constexpr std::string_view FLATPAK = ".var/app/";
constexpr size_t LONGEST_NAME = 200;

// What has the things of many apps in it.
constexpr std::array SHARED = {"", ".config", ".local", ".local/share", ".local/state", ".cache", ".var", ".var/app"};

struct Kept {
  std::string_view below, place;
};
// As Flatpak calls them below ~/.var/app/ID, and what their places are called elsewhere.
constexpr std::array FLATPAK_FOLDERS = {Kept{"config", ".config"}, Kept{"data", ".local/share"},
                                        Kept{".local/share", ".local/share"}, Kept{".local/state", ".local/state"},
                                        Kept{".config", ".config"}};

std::vector<std::string> namesBelow(const std::string& home, const std::string& relative) {
  kj::AutoCloseFd top(open(home.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  auto folder = trial::openBeneath(top, relative, O_PATH | O_DIRECTORY);
  return folder.get() < 0 ? std::vector<std::string>() : trial::namesIn(folder);
}

class FlatpakHome {
public:
  FlatpakHome(const std::string& home, const std::string& relative) : m_home(home), m_relative(relative) {}

  Pieces run() {
    for (auto& kept : FLATPAK_FOLDERS) {
      auto below = m_relative + "/" + std::string(kept.below);
      for (auto& name : namesBelow(m_home, below)) add(below + "/" + name, std::string(kept.place) + "/" + name);
    }
    for (auto& name : namesBelow(m_home, m_relative)) {
      auto below = m_relative + "/" + name;
      if (name == "config" || name == "data" || name == ".config" || name == ".local") continue;
      if (name == "cache" || name == ".cache" || name == ".ld.so") m_pieces.leftOut.push_back({below, "a cache"});
      else add(below, name);
    }
    return std::move(m_pieces);
  }

private:
  void add(const std::string& from, const std::string& to) {
    bool taken = std::ranges::any_of(m_pieces.list, [&](auto& one) { return one.to == to; });
    kj::AutoCloseFd top(open(m_home.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    struct stat status{};
    bool copied = trial::statusBeneath(top, from, status) && (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode));
    if (taken) m_pieces.leftOut.push_back({from, "something else has its place"});
    else if (!copied) m_pieces.leftOut.push_back({from, "neither a file nor a folder"});
    else m_pieces.list.push_back({from, to});
  }

  const std::string& m_home;
  const std::string& m_relative;
  Pieces m_pieces = {};
};

bool isPlain(unsigned char c) { return (c < 0x80 && isalnum(c) != 0) || c == '.' || c == '_' || c == '-'; }

}  // namespace

Pieces piecesOf(const std::string& home, const std::string& relative) {
  if (std::ranges::find(SHARED, relative) != SHARED.end())
    fail("~/" + escaped(relative) + " holds the things of many programs: name those of this one in it");
  bool flatpak = relative.starts_with(FLATPAK) && relative.find('/', FLATPAK.size()) == relative.npos;
  if (flatpak) return FlatpakHome(home, relative).run();
  return {{{relative, relative}}, {}};
}

std::string profileFolder(const std::string& latchkeyData, const std::string& app, const std::string& profile) {
  constexpr char DIGITS[] = "0123456789ABCDEF";
  std::string name;
  for (unsigned char c : app) {
    if (isPlain(c) && !(c == '.' && name.empty())) name += static_cast<char>(c);
    else name += {'%', DIGITS[c >> 4], DIGITS[c & 15]};
  }
  if (name.size() > LONGEST_NAME) fail("its name is too long for that");
  return latchkeyData + "/profiles/" + name + "/" + (profile.empty() ? "default" : profile);
}

}  // namespace latchkey::data
