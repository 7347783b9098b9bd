// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What is installed from bundles: what waits is accepted, a version taken back, an app removed, all of it verified.

#include "app/cli/packages.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <format>
#include <map>

#include "app/cli/install.h"
#include "app/cli/names.h"
#include "app/cli/package-grants.h"
#include "app/cli/package-sheet.h"
#include "app/cli/table.h"
#include "broker/base/descriptor.h"
#include "broker/base/failure.h"
#include "broker/base/json.h"
#include "broker/base/text.h"

namespace latchkey::cli {
namespace {

std::string shown(const std::string& id) { return brief(id, 200); }

void fill(capnp::List<capnp::Text>::Builder list, const std::vector<std::string>& words) {
  for (unsigned i = 0; i < words.size(); ++i) list.set(i, ptr(words[i]));
}

// --- update

// What is decided is the version that was shown.
template <typename Request>
void sendVersion(Call& call, Request request, const std::string& id, const std::string& version) {
  request.setId(id);
  request.setVersion(version);
  request.send().wait(call.link.waits());
}

int listPending(Call& call, const Updates& updates) {
  auto answer = packages(call).installedRequest().send().wait(call.link.waits());
  std::string lines;
  for (auto package : answer.getList()) {
    if (!package.hasPending() || package.getPending().getVersion().size() == 0) continue;
    auto pending = package.getPending();
    lines += call.console.toned(shown(text(package.getId())), Tone::Strong) + " " +
             brief(text(package.getVersion()), 64) + ": " + brief(text(pending.getVersion()), 64) +
             " waits, since it claims more\n" + claimLines(pending.getClaims(), true, call.console);
  }
  auto none = updates.installed > 0 ? ""
              : updates.asked       ? "There is nothing newer, and nothing waits.\n"
                                    : "Nothing waits. A newer version comes with `latchkey install FILE`, or from a "
                                      "repository that you follow.\n";
  call.console.print(lines.empty() ? none
                                   : lines + "Accept one with `latchkey update ID`, or throw it away with --refuse.\n");
  return updates.failed > 0 ? FAILED : DONE;
}

// What is installed, what is newer of it by what repositories said last, and whether that comes by itself.
int listPackages(Call& call) {
  auto installed = packages(call).installedRequest().send();
  auto updates = packages(call).updatesRequest().send();
  auto all = installed.wait(call.link.waits());
  auto offered = updates.wait(call.link.waits());
  std::map<std::string, std::string> newer;
  for (auto one : offered.getList()) newer[text(one.getOffer().getId())] = text(one.getOffer().getVersion());
  JsonArray json;
  Table table({"ID", "VERSION", "NEWER", "BY ITSELF", "FROM"});
  for (auto package : all.getList()) {
    if (package.getVersion().size() == 0) continue;
    auto id = text(package.getId());
    auto waits = package.hasPending() ? text(package.getPending().getVersion()) : std::string();
    auto version = newer.contains(id) ? newer[id] : waits;
    bool waiting = !waits.empty() && waits == version;
    json.object()
        .field("id", id)
        .field("version", text(package.getVersion()))
        .field("newer", version)
        .flag("waits", waiting)
        .flag("automatic", package.getAutomatic())
        .field("origin", text(package.getOrigin()));
    table.row({{id, Tone::Strong},
               {text(package.getVersion())},
               {version + (waiting ? " (waits)" : "")},
               {package.getAutomatic() ? "yes" : "no"},
               {text(package.getOrigin())}});
  }
  if (call.json()) call.console.print(json.finish());
  else call.console.print(table.empty() ? "Nothing is installed from bundles.\n" : table.text(call.console));
  return DONE;
}

int switchAutomatic(Call& call, const std::string& id) {
  auto how = call.typed.value("--automatic");
  if (how != "on" && how != "off") throw UsageError("--automatic is on or off");
  findPackage(call, id);
  auto ask = packages(call).setAutomaticRequest();
  ask.setId(id);
  ask.setAutomatic(how == "on");
  ask.send().wait(call.link.waits());
  return DONE;
}

// --- remove

// Ids of running instances of the app, in every profile.
std::vector<std::string> runningOf(Call& call, const std::string& app) {
  auto answer = call.link.person().instancesRequest().send().wait(call.link.waits());
  std::vector<std::string> ids;
  for (auto info : answer.getList()) {
    if (text(info.getApp()) == app && info.getState() != schema::InstanceInfo::State::ENDED)
      ids.push_back(text(info.getId()));
  }
  return ids;
}

void stop(Call& call, const std::vector<std::string>& instances) {
  for (auto& id : instances) {
    auto find = call.link.person().findInstanceRequest();
    find.setId(id);
    auto found = find.send().wait(call.link.waits());
    if (found.hasInstance()) found.getInstance().stopRequest().send().wait(call.link.waits());
  }
}

std::string counted(size_t number, std::string_view one, std::string_view several) {
  return std::format("{} {}", number, number == 1 ? one : several);
}

std::string consequences(const std::string& id, size_t running, size_t grants, bool data) {
  auto line = "Removing " + shown(id) + ":";
  if (running > 0)
    line += " it runs, and " + counted(running, "running program of it is", "running programs of it are") + " ended;";
  if (grants > 0)
    line += " " + counted(grants, "thing that you gave it is", "things that you gave it are") + " taken back;";
  return line + (data ? " its own files are deleted.\n" : " its own files stay, for when it returns.\n");
}

}  // namespace

schema::Packages::Client packages(Call& call) { return call.link.person().packagesRequest().send().getPackages(); }

capnp::Response<schema::Packages::FindResults> findPackage(Call& call, const std::string& id) {
  auto ask = packages(call).findRequest();
  ask.setId(id);
  auto answer = ask.send().wait(call.link.waits());
  if (!answer.hasPackage() || answer.getPackage().getId().size() == 0)
    throw UsageError(shown(id) + " is not installed from a bundle");
  return answer;
}

bool agrees(const Call& call, const std::string& question) {
  if (call.typed.has("--yes")) return true;
  if (!isatty(STDIN_FILENO)) throw UsageError("say --yes to be asked nothing");
  return Console::saysYes(question);
}

int updatePackage(Call& call) {
  call.atMost(call.typed.has("--list") ? 0 : 1);
  if (call.typed.has("--list")) return listPackages(call);
  if (call.json()) throw UsageError("--json is of --list");
  if (call.typed.words().empty()) {
    if (call.typed.has("--refuse") || call.typed.has("--automatic") || call.typed.has("--yes"))
      throw UsageError("ID is missing");
    return listPending(call, updateFromRepositories(call, {}));
  }
  auto& id = call.typed.words()[0];
  if (call.typed.has("--automatic")) return switchAutomatic(call, id);
  auto found = findPackage(call, id);
  auto package = found.getPackage();
  auto waiting = package.hasPending() ? text(package.getPending().getVersion()) : std::string();
  if (waiting.empty() && !call.typed.has("--refuse")) {
    auto updates = updateFromRepositories(call, id);
    if (updates.installed + updates.failed > 0) return updates.failed > 0 ? FAILED : DONE;
  }
  if (waiting.empty()) {
    call.console.print("Nothing waits for " + shown(id) + ". A newer version comes with `latchkey install FILE`.\n");
    return DONE;
  }
  if (call.typed.has("--refuse")) {
    sendVersion(call, packages(call).refuseRequest(), id, waiting);
    call.console.print("Thrown away: " + shown(id) + " " + brief(waiting, 64) + ".\n");
    return DONE;
  }
  call.console.print(shown(id) + " " + brief(waiting, 64) + " claims more than " +
                     brief(text(package.getVersion()), 64) + ":\n" +
                     claimLines(package.getPending().getClaims(), true, call.console) +
                     "Nothing of this is given by accepting it: you are asked when it comes to it.\n");
  if (!agrees(call, "Accept it?")) return FAILED;
  sendVersion(call, packages(call).acceptRequest(), id, waiting);
  call.console.print("Updated to " + shown(id) + " " + brief(waiting, 64) + ". What runs goes on as it was.\n");
  return DONE;
}

int removePackage(Call& call) {
  call.atMost(1);
  auto& id = call.word(0, "ID");
  auto found = findPackage(call, id);
  bool data = call.typed.has("--data");
  bool installed = found.getPackage().getVersion().size() > 0;
  if (!installed && !data) {
    call.console.print(shown(id) + " is removed already; its own files are still here (--data deletes them).\n");
    return DONE;
  }
  call.console.print(consequences(id, runningOf(call, id).size(), grantsOf(call, id).size(), data));
  if (!agrees(call, "Remove it?")) return FAILED;
  stop(call, runningOf(call, id));  // What runs by now.
  // Before the app goes: what is left of an interrupted removal is an app without grants, never the other way round.
  if (auto grants = grantsOf(call, id); !grants.empty()) {
    auto revoke = call.link.person().revokeRequest();
    fill(revoke.initGrants(static_cast<unsigned>(grants.size())), grants);
    auto revoked = revoke.send().wait(call.link.waits());
    if (revoked.getUnkept().size() > 0) fail("it was not removed: " + text(revoked.getUnkept()));
  }
  auto ask = packages(call).removeRequest();
  ask.setId(id);
  ask.setWithData(data);
  auto answer = ask.send().wait(call.link.waits());
  call.console.print("Removed " + shown(id) +
                     (answer.getKept() ? ". Its own files are still here (--data deletes them).\n" : ".\n"));
  return DONE;
}

int rollbackPackage(Call& call) {
  call.atMost(1);
  auto& id = call.word(0, "ID");
  auto found = findPackage(call, id);
  auto previous = text(found.getPackage().getPrevious());
  if (previous.empty()) {
    Console::complain(shown(id) + " has no earlier version here");
    return FAILED;
  }
  auto ask = packages(call).rollbackRequest();
  ask.setId(id);
  auto answer = ask.send().wait(call.link.waits());
  call.console.print(shown(id) + " is " + brief(text(answer.getVersion()), 64) + " again, instead of " +
                     brief(text(found.getPackage().getVersion()), 64) + ". What runs goes on as it was.\n");
  return DONE;
}

int verifyPackages(Call& call) {
  call.atMost(1);
  auto ask = packages(call).verifyRequest();
  if (!call.typed.words().empty()) {
    findPackage(call, call.typed.words()[0]);
    ask.setId(call.typed.words()[0]);
  }
  auto source = call.typed.value("--from");
  ask.setRepair(call.typed.has("--repair") || !source.empty());
  if (!source.empty()) {
    kj::AutoCloseFd file(open(source.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (file.get() < 0) throw UsageError(brief(source, 100) + " cannot be opened: " + strerror(errno));
    ask.setFile(descriptorOf(kj::mv(file)));
  }
  auto answer = ask.send().wait(call.link.waits());
  JsonArray json;
  Table table({"ID", "VERSION", "FILE", "PROBLEM"});
  bool sound = true;
  for (auto finding : answer.getFindings()) {
    sound = sound && finding.getRepaired();
    json.object()
        .field("id", text(finding.getId()))
        .field("version", text(finding.getVersion()))
        .field("path", text(finding.getPath()))
        .field("problem", text(finding.getProblem()))
        .flag("repaired", finding.getRepaired());
    table.row({{text(finding.getId()), Tone::Strong},
               {text(finding.getVersion())},
               {text(finding.getPath())},
               {text(finding.getProblem()) + (finding.getRepaired() ? " (repaired)" : "")}});
  }
  if (call.json()) call.console.print(json.finish());
  else call.console.print(table.empty() ? "Every byte is as it was signed.\n" : table.text(call.console));
  return sound ? DONE : FAILED;
}

}  // namespace latchkey::cli
