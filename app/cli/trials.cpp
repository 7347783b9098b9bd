// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/trials.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "app/cli/command.h"
#include "app/cli/table.h"
#include "broker/base/json.h"
#include "broker/base/text.h"
#include "broker/base/trials.h"
#include "launcher/trial/changes.h"
#include "launcher/trial/keep.h"

namespace latchkey::cli {
namespace {

using trial::Change;
using trial::Changes;
using trial::Conflicts;
using trial::Trial;

constexpr size_t MOST_SHOWN = 20;

Trial find(const Places& places, const std::string& id) {
  auto trials = trial::list(places);
  std::erase_if(trials, [&](const Trial& one) { return !one.id.starts_with(id); });
  if (trials.empty()) throw UsageError("there is no trial " + brief(id, 60));
  if (trials.size() > 1) throw UsageError("more than one trial begins with " + brief(id, 60));
  return trials.front();
}

std::string_view typeName(const Change& change) {
  switch (change.type) {
    case Change::Type::File: return "file";
    case Change::Type::Folder: return "folder";
    case Change::Type::Link: return "link";
    case Change::Type::Other: return "other";
  }
  return "";
}

std::string note(const Change& change) {
  std::string note = change.type == Change::Type::Link ? "link to " + change.target : std::string(typeName(change));
  if (change.inPrivateHome) note += ", in its own home";
  if (change.conflict) note += ", changed outside meanwhile";
  return note;
}

void print(const Console& console, const Changes& changes, size_t most) {
  Table table({"WHAT", "PATH", ""});
  for (auto& change : changes.list) {
    if (most-- == 0) break;
    table.row({{trial::nameOf(change.what)}, {change.path}, {note(change), change.conflict ? Tone::Bad : Tone::Faint}});
  }
  console.print(table.text(console));
}

void printJson(const Console& console, const Changes& changes) {
  JsonArray json;
  for (auto& change : changes.list) {
    json.object()
        .field("what", trial::nameOf(change.what))
        .field("type", typeName(change))
        .field("path", change.path)
        .flag("private", change.inPrivateHome)
        .flag("conflict", change.conflict)
        .field("size", static_cast<int64_t>(change.size));
  }
  console.print(json.finish());
}

std::string summary(const Trial& trial, const Changes& changes) {
  if (changes.list.empty()) return trial.name + " changed nothing.";
  auto count = [&](Change::What what) { return std::to_string(changes.count(what)) + " " + trial::nameOf(what); };
  return trial.name + " was only tried: " + count(Change::What::Created) + ", " + count(Change::What::Changed) + ", " +
         count(Change::What::Deleted) + (changes.more ? ", and more" : "") +
         ". Your files are as they were. What it did elsewhere, on the network for one, is not undone.";
}

// Everything at or below one of `paths`; all if there are none.
bool isChosen(const Change& change, const std::vector<std::string>& paths) {
  if (paths.empty()) return true;
  return std::ranges::any_of(paths, [&](const std::string& path) {
    return change.path == path || (change.path.starts_with(path) && change.path[path.size()] == '/');
  });
}

// How many could not be kept. Each is told.
size_t keepThem(const Trial& trial, const Changes& changes, const std::vector<std::string>& paths,
                Conflicts conflicts) {
  auto failed = trial::keepChosen(trial, changes, [&](const Change& change) {
    return isChosen(change, paths) ? std::optional(conflicts) : std::nullopt;
  });
  for (auto& one : failed) Console::complain("not kept: " + brief(one.path, 200) + ": " + one.why);
  return failed.size();
}

std::string absolute(const std::string& path) {
  if (path.starts_with('/')) return path;
  std::array<char, PATH_MAX> here;
  if (getcwd(here.data(), here.size()) == nullptr) throw UsageError("the working directory is gone");
  return std::string(here.data()) + "/" + path;
}

int listTrials(Call& call) {
  call.atMost(1);
  auto trials = trial::list(call.link.places());
  if (call.json()) {
    JsonArray json;
    for (auto& one : trials) {
      json.object()
          .field("id", one.id)
          .field("holder", one.holder)
          .field("name", one.name)
          .field("started", one.started)
          .flag("running", one.running);
    }
    call.console.print(json.finish());
    return DONE;
  }
  if (trials.empty()) {
    call.console.print("No trials.\n");
    return DONE;
  }
  Table table({"ID", "APP", "STARTED", ""});
  for (auto& one : trials)
    table.row({{one.id}, {one.name}, {one.started, Tone::Faint}, {one.running ? "running" : "ended"}});
  call.console.print(table.text(call.console));
  return DONE;
}

int show(Call& call, const Trial& trial) {
  call.atMost(2);
  auto changes = changesOf(trial, call.link.places().home);
  if (call.json()) {
    printJson(call.console, changes);
  } else {
    call.console.print(escaped(summary(trial, changes)) + "\n");
    if (!changes.list.empty()) print(call.console, changes, changes.list.size());
  }
  return DONE;
}

int keepSome(Call& call, const Trial& trial) {
  if (trial.running) throw UsageError("it still runs: end it first");
  std::vector<std::string> paths;
  for (size_t i = 2; i < call.typed.words().size(); ++i) paths.push_back(absolute(call.typed.words()[i]));
  auto changes = changesOf(trial, call.link.places().home);
  bool any = std::ranges::any_of(changes.list, [&](auto& change) { return isChosen(change, paths); });
  if (!any && !paths.empty()) throw UsageError("nothing of that name was changed");
  auto failed = keepThem(trial, changes, paths, call.typed.has("--replace") ? Conflicts::Replace : Conflicts::Skip);
  if (failed == 0 && paths.empty() && !changes.more) discardRest(trial);
  return failed == 0 ? DONE : FAILED;
}

char answered() {
  fflush(stdin);
  char line[64];
  if (fgets(line, sizeof line, stdin) == nullptr) return 'n';
  return line[0];
}

}  // namespace

int tryOut(Call& call) {
  auto& words = call.typed.words();
  if (words.empty() || words[0] == "list") return listTrials(call);
  auto& what = words[0];
  if (what != "show" && what != "keep" && what != "discard") throw UsageError("say list, show, keep or discard");
  auto trial = find(call.link.places(), call.word(1, "TRIAL"));
  if (what == "show") return show(call, trial);
  if (what == "keep") return keepSome(call, trial);
  call.atMost(2);
  if (trial.running) throw UsageError("it still runs: end it first");
  discardRest(trial);
  return DONE;
}

void concludeTrial(const Places& places, const std::string& id) {
  auto trials = trial::list(places);
  auto found = std::ranges::find(trials, id, &Trial::id);
  if (found == trials.end()) return;
  auto changes = changesOf(*found, places.home);
  fprintf(stderr, "%s\n", escaped(summary(*found, changes)).c_str());
  if (changes.list.empty()) return discardRest(*found);
  size_t shown = 0;
  for (auto& change : changes.list) {
    if (++shown > MOST_SHOWN) break;
    auto line = std::string(trial::nameOf(change.what)) + "  " + change.path + "  (" + note(change) + ")";
    fprintf(stderr, "  %s\n", escaped(line).c_str());
  }
  if (changes.list.size() > MOST_SHOWN) fprintf(stderr, "  ... (latchkey try show %s)\n", id.c_str());
  if (isatty(STDIN_FILENO) && isatty(STDERR_FILENO)) {
    fprintf(stderr, "Keep these changes? [a]ll, [n]one, [l]ater: ");
    auto answer = answered();
    if (answer == 'n') return discardRest(*found);
    if (answer == 'a' && keepThem(*found, changes, {}, Conflicts::Skip) == 0 && !changes.more)
      return discardRest(*found);
  }
  fprintf(stderr, "  latchkey try keep %s [PATH...]   or   latchkey try discard %s\n", id.c_str(), id.c_str());
}

}  // namespace latchkey::cli
