// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `latchkey import --data`: an app's settings and data from the person's home into its private one, as a copy. Shown
// first, then asked about; nothing that is there is overwritten unless that is said.

#include <fcntl.h>

#include <algorithm>
#include <filesystem>
#include <format>
#include <optional>

#include "app/cli/apps.h"
#include "app/cli/import.h"
#include "app/cli/names.h"
#include "app/cli/package-words.h"
#include "app/cli/packages.h"
#include "app/cli/place.h"
#include "broker/base/failure.h"
#include "broker/base/json.h"
#include "broker/base/text.h"
#include "launcher/data/bring-in.h"

namespace latchkey::cli {
namespace {

namespace fs = std::filesystem;
using data::BringIn;

constexpr size_t MOST_SHOWN = 20;
// What folders and names take besides the bytes of files, and what the disk should not be without afterwards.
constexpr uint64_t FOR_EACH = 4096, TO_SPARE = 16 << 20;

struct Source {
  data::Piece piece = {};
  kj::AutoCloseFd opened = {};
  data::Survey survey = {};
  bool isThere = false;
};

struct Holding {
  std::string app = {}, profile = {};
  std::string text() const { return profile.empty() ? app : app + "@" + profile; }
};

// APP-ID[@PROFILE] of an app that can be started: nobody else shall find the data when it is installed one day.
Holding holdingOf(const std::string& typed) {
  auto at = typed.rfind('@');
  Holding holding{.app = typed.substr(0, at), .profile = at == typed.npos ? "" : typed.substr(at + 1)};
  if (holding.profile == "default") holding.profile = {};
  auto plain = [](unsigned char c) { return isalnum(c) != 0 || c == '.' || c == '_' || c == '-'; };
  bool named = holding.profile.empty() ? at == typed.npos || typed.ends_with("@default")
                                       : holding.profile.size() <= 64 && holding.profile[0] != '.' &&
                                             std::ranges::all_of(holding.profile, plain);
  if (!named) throw UsageError("a profile's name may have letters, digits and . _ -");
  // A percent sign has another name in the names of folders.
  if (holding.app.find('%') != holding.app.npos) throw UsageError("that is no app whose home can be found");
  auto apps = startableApps();
  auto found = std::ranges::find(apps, holding.app, &StartableApp::id);
  if (found == apps.end())
    throw UsageError("there is no app " + brief(holding.app, 60) + " (`latchkey apps` lists them)");
  if (!found->bundle.empty()) holding.app = found->bundle;  // Further programs of it have the same home.
  return holding;
}

bool lies(const fs::path& inner, const fs::path& outer) {
  auto relative = inner.lexically_relative(outer);
  return !relative.empty() && *relative.begin() != "..";
}

// Below the home; what leads there is resolved, the last part is not.
std::string belowHome(const Places& places, const std::string& typed) {
  fs::path path = absolutePath(typed);
  std::error_code missing;
  auto parent = fs::canonical(path.parent_path(), missing);
  if (missing) throw UsageError(brief(typed, 100) + " is not there");
  path = parent / path.filename();
  if (path != places.home && !lies(path, places.home))
    throw UsageError(brief(typed, 100) + " is not in your home: name an app's settings or data in it");
  for (auto& own : {places.data, places.state, places.config, places.runtime}) {
    if (lies(path, own) || (lies(own, path) && path != places.home))
      throw UsageError(brief(typed, 100) + " holds what is Latchkey's own");
  }
  auto relative = path == places.home ? std::string() : path.lexically_relative(places.home).string();
  return relative;
}

class Import {
public:
  explicit Import(Call& call) : m_call(call), m_holding(holdingOf(call.typed.value("--to"))) {
    auto& places = call.link.places();
    for (auto& typed : call.typed.values("--data")) {
      auto pieces = data::piecesOf(places.home, belowHome(places, typed));
      for (auto& piece : pieces.list) add(places.home, piece);
      for (auto& left : pieces.leftOut) m_leftOut.push_back(left);
    }
  }

  int run() {
    requireNotRunning();
    BringIn in(data::profileFolder(m_call.link.places().data, m_holding.app, m_holding.profile));
    for (auto& source : m_sources) source.isThere = in.isThere(source.piece.to);
    auto needed = bytesNeeded();
    if (m_call.json()) return listJson();
    show(needed, in.room());
    if (std::ranges::none_of(m_sources, [&](auto& one) { return isTaken(one); })) {
      m_call.console.print("There is nothing to copy.\n");
      return FAILED;
    }
    if (needed > in.room()) {
      Console::complain("the disk has not enough room for that: " + byteWords(needed) + " are needed, and there are " +
                        byteWords(in.room()));
      return FAILED;
    }
    if (m_call.typed.has("--dry-run")) return DONE;
    if (!agrees(m_call, "Copy it?")) return FAILED;
    requireNotRunning();
    return copy(in);
  }

private:
  void add(const std::string& home, const data::Piece& piece) {
    Source source{.piece = piece, .opened = data::openBelow(home, piece.from)};
    source.survey = data::survey(source.opened, piece.from);
    for (auto& left : source.survey.leftOut) m_leftOut.push_back(left);
    m_sources.push_back(kj::mv(source));
  }

  bool replaces() const { return m_call.typed.has("--replace"); }
  bool isTaken(const Source& source) const { return !source.isThere || replaces(); }

  uint64_t bytesNeeded() const {
    uint64_t bytes = TO_SPARE;
    for (auto& source : m_sources) {
      if (isTaken(source)) bytes += source.survey.bytes + FOR_EACH * source.survey.entries.size();
    }
    return bytes;
  }

  // Files that somebody writes to meanwhile are nobody's picture of anything.
  void requireNotRunning() {
    auto answer = m_call.link.person().instancesRequest().send().wait(m_call.link.waits());
    for (auto info : answer.getList()) {
      bool same =
          text(info.getApp()) == m_holding.app && (text(info.getProfile()) == m_holding.profile ||
                                                   (m_holding.profile.empty() && text(info.getProfile()) == "default"));
      if (same && info.getState() != schema::InstanceInfo::State::ENDED)
        fail(brief(m_holding.text(), 200) + " runs: end it first (latchkey stop " + text(info.getId()) + ")");
    }
  }

  static std::string extent(const data::Survey& survey) {
    return std::format("{} {}, {}", survey.files, survey.files == 1 ? "file" : "files", byteWords(survey.bytes));
  }

  void show(uint64_t needed, uint64_t room) const {
    auto all = "Into the private home of " + m_call.console.toned(brief(m_holding.text(), 200), Tone::Strong) +
               ", as a copy; yours stays as it is:\n";
    for (auto& source : m_sources) {
      auto& [from, to] = source.piece;
      all += "  " + brief("~/" + from, 200) + (from == to ? "" : "  as  " + brief("~/" + to, 200)) + "   " +
             extent(source.survey);
      if (source.isThere)
        all += replaces() ? ", in the place of what is there" : ": stays out, since it has that (--replace)";
      all += "\n";
    }
    for (size_t i = 0; i < m_leftOut.size() && i < MOST_SHOWN; ++i)
      all += "  left out: " + brief("~/" + m_leftOut[i].path, 200) + ": " + m_leftOut[i].why + "\n";
    if (m_leftOut.size() > MOST_SHOWN)
      all += std::format("  and {} more left out (--json lists all)\n", m_leftOut.size() - MOST_SHOWN);
    m_call.console.print(all + "It takes " + byteWords(needed - TO_SPARE) + " of the " + byteWords(room) +
                         " there are.\n");
  }

  int listJson() const {
    JsonArray json;
    for (auto& source : m_sources) {
      json.object()
          .field("from", "~/" + source.piece.from)
          .field("to", "~/" + source.piece.to)
          .field("files", static_cast<int64_t>(source.survey.files))
          .field("bytes", static_cast<int64_t>(source.survey.bytes))
          .flag("there", source.isThere)
          .field("problem", "");
    }
    for (auto& left : m_leftOut) {
      json.object()
          .field("from", "~/" + left.path)
          .field("to", "")
          .field("files", int64_t{0})
          .field("bytes", int64_t{0})
          .flag("there", false)
          .field("problem", left.why);
    }
    m_call.console.print(json.finish());
    return DONE;
  }

  int copy(BringIn& in) {
    for (auto& source : m_sources) {
      if (isTaken(source)) in.stage(source.opened, source.piece.from, source.survey, source.piece.to);
    }
    auto stayed = in.putInPlace(replaces() ? BringIn::There::IsReplaced : BringIn::There::Stays);
    for (auto& one : stayed) Console::complain("~/" + one + " is there by now, and was left as it is");
    m_call.console.print("Copied. " + brief(m_holding.text(), 200) + " finds it at its next start.\n");
    return stayed.empty() ? DONE : FAILED;
  }

  Call& m_call;
  Holding m_holding;
  std::vector<Source> m_sources = {};
  std::vector<data::LeftOut> m_leftOut = {};
};

}  // namespace

int importData(Call& call) {
  if (!call.typed.has("--to")) throw UsageError("--to APP-ID is missing: whose private home it is for");
  return Import(call).run();
}

}  // namespace latchkey::cli
