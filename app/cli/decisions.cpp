// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What the person decides by typing: answers, grants and their ends.

#include <kj/debug.h>

#include <filesystem>

#include "app/cli/choose.h"
#include "app/cli/far-app.h"
#include "app/cli/limits.h"
#include "app/cli/names.h"
#include "app/cli/open-files.h"
#include "app/cli/place.h"
#include "broker/base/descriptor.h"
#include "broker/base/files.h"
#include "broker/base/text.h"

namespace latchkey::cli {
namespace {

void fill(capnp::List<capnp::Text>::Builder list, const std::vector<std::string>& ids) {
  for (unsigned i = 0; i < ids.size(); ++i) list.set(i, ptr(ids[i]));
}

// The instance a `once` or `run` grant of `holder` is bound to.
std::string boundInstance(Call& call, const std::string& holder) {
  if (call.typed.has("--instance")) return chooseInstance(call, call.typed.value("--instance"));
  auto answer = call.link.person().instancesRequest().send().wait(call.link.waits());
  std::string found;
  for (auto info : answer.getList()) {
    if (info.getState() == schema::InstanceInfo::State::ENDED) continue;
    if (holderName(text(info.getApp()), text(info.getProfile())) != holder) continue;
    if (!found.empty()) throw UsageError("several are running: say which with --instance");
    found = text(info.getId());
  }
  if (found.empty()) throw UsageError(brief(holder, 60) + " is not running: --for once and run need that");
  return found;
}

// Resolves the thing now, so that what was typed is what is granted.
void describeFile(Call& call, const std::string& target, schema::Kind kind,
                  schema::Person::GrantParams::Builder params) {
  KJ_IF_MAYBE (thing, tryResolve(target)) {
    if (thing->directory != (kind == schema::Kind::FOLDER)) {
      throw UsageError(brief(target, 60) + (thing->directory ? " is a folder" : " is a file, not a folder"));
    }
    auto object = params.getObject();
    object.setPath(asData(thing->path));
    object.setTarget(ptr(escaped(thing->path)));
    object.setDevice(thing->device);
    object.setInode(thing->inode);
    params.setFile(descriptorOf(kj::mv(thing->fd)));
  } else {
    throw UsageError("there is no file or folder " + brief(target, 60));
  }
}

schema::Scope defaultScope(schema::Kind kind) {
  switch (kind) {
    case schema::Kind::FOLDER: return schema::Scope::TREE;
    case schema::Kind::NETWORK:
    case schema::Kind::LISTEN: return schema::Scope::HOST;
    default: return schema::Scope::FILE;
  }
}

bool isFile(schema::Kind kind) { return kind == schema::Kind::FILE || kind == schema::Kind::FOLDER; }

using Grants = capnp::List<schema::Grant>::Reader;

// Running instances of who held those of these that count, as words for `latchkey stop`.
std::string runningHolders(Call& call, Grants ended, auto counts) {
  bool any = false;
  for (auto grant : ended) any = any || counts(grant);
  if (!any) return {};  // Nobody needs to be asked who runs.
  auto answer = call.link.person().instancesRequest().send().wait(call.link.waits());
  std::string words;
  for (auto info : answer.getList()) {
    if (info.getState() == schema::InstanceInfo::State::ENDED) continue;
    auto holder = holderName(text(info.getApp()), text(info.getProfile()));
    bool held = false;
    for (auto grant : ended) {
      bool bound = grant.getInstance().size() > 0 && grant.getInstance() != info.getId();
      held = held || (!bound && text(grant.getHolder()) == holder && counts(grant));
    }
    if (held) words += (words.empty() ? "" : " ") + text(info.getId());
  }
  return words;
}

// What is used at the start of a program cannot be cut while it runs; of a folder at full speed, only the place can.
void sayWhatRunsOn(Call& call, Grants ended) {
  auto atStart = runningHolders(call, ended, [](schema::Grant::Reader grant) {
    return grant.getKind() == schema::Kind::DESKTOP && grant.getObject().getTarget() != "see-home-names";
  });
  if (!atStart.empty()) Console::complain("what runs keeps it until it ends: `latchkey stop " + atStart + "`");
  auto fast = runningHolders(call, ended, [](schema::Grant::Reader grant) { return grant.getFast(); });
  if (!fast.empty()) {
    Console::complain(
        "it was at full speed: the place is gone, but a file or folder of it that is held open still reaches it until "
        "the program ends: `latchkey stop " +
        fast + "`");
  }
}

// A line and the status for what was taken away but not as well as it should be: `acted` says what was done.
int reportTaking(const auto& answer, const std::string& acted, const std::string& toStop) {
  if (answer.getUnkept().size() > 0) {
    Console::complain(acted + ", but not recorded: " + text(answer.getUnkept()) +
                      "; should Latchkey end before it is, it is given again");
  }
  if (answer.getUnanswered()) {
    Console::complain(acted + "; the file portal does not answer - the program may still hold it: `latchkey stop " +
                      (toStop.empty() ? std::string("--all") : toStop) + "` ends it");
  }
  return answer.getUnkept().size() > 0 || answer.getUnanswered() ? FAILED : DONE;
}

std::vector<std::string> heldBy(Call& call, const std::string& app) {
  auto ask = call.link.person().grantsRequest();
  ask.setApp(app);
  ask.setEnded(false);
  auto answer = ask.send().wait(call.link.waits());
  std::vector<std::string> ids;
  for (auto grant : answer.getList()) ids.push_back(text(grant.getId()));
  return ids;
}

}  // namespace

namespace {

// What was typed is what is picked: resolved now, and passed by descriptor as far as a message can carry them.
void pick(Call& call, schema::Answer::Builder answer) {
  constexpr unsigned MOST_DESCRIPTORS = 32;
  auto& words = call.typed.words();
  if (words.size() < 3) throw UsageError("PATH is missing: say what is picked");
  auto chosen = answer.initChosen(static_cast<unsigned>(words.size()) - 2);
  for (unsigned i = 0; i < chosen.size(); ++i) {
    auto path = std::filesystem::absolute(words[i + 2]).lexically_normal().string();
    KJ_IF_MAYBE (thing, tryResolve(words[i + 2])) {
      path = thing->path;
      if (i < MOST_DESCRIPTORS) chosen[i].setObject(descriptorOf(kj::mv(thing->fd)));
    }
    chosen[i].setPath(asData(path));
  }
}

constexpr int64_t USUAL_SECONDS = 8 * 3600;

// What another machine gets.
void giveAway(Call& call, schema::Request::Reader request, schema::Answer::Builder answer) {
  call.atMost(3);
  if (isFile(request.getKind())) {
    pick(call, answer);
  } else {
    auto& target = call.word(2, "TARGET, which is given,");
    if (!isUtf8(target)) throw UsageError("TARGET is not text");
    answer.setTarget(target);
  }
  answer.setName(call.typed.value("--as"));
  answer.setMayPassOn(call.typed.has("--may-pass-on"));
  if (call.typed.has("--for")) return readLifetime(call.typed.value("--for"), call.clock, answer.initLifetime());
  auto asked = static_cast<int64_t>(request.getWish().getSeconds());
  // Nobody gives for longer than is usual without saying so.
  auto seconds = std::chrono::seconds(asked > 0 ? std::min(asked, USUAL_SECONDS) : USUAL_SECONDS);
  answer.initLifetime().setUntil(toNanos(call.clock.wall() + seconds));
}

void fillAnswer(Call& call, schema::Request::Reader request, schema::Answer::Builder answer) {
  bool allows = answer.getVerdict() == schema::Answer::Verdict::ALLOW;
  auto usual = request.hasChooser() ? "run" : "once";
  readLifetime(call.typed.value("--for", usual), call.clock, answer.initLifetime());
  if (allows && request.hasWish()) return giveAway(call, request, answer);
  for (auto option : {"--as", "--uses", "--may-pass-on"})
    if (call.typed.has(option)) throw UsageError(std::string(option) + " is for what another machine asks for");
  if (allows && request.hasChooser()) return pick(call, answer);
  call.atMost(allows && request.hasOpener() ? 3 : 2);
  if (allows && request.hasOpener()) answer.setApp(call.word(2, "APP-ID, which is to open it,"));
}

}  // namespace

int answerRequest(Call& call) {
  auto verdict = chosen<schema::Answer::Verdict>("the answer", call.word(1, "the answer (allow, deny, never)"));
  auto waiting = call.link.person().requestsRequest().send().wait(call.link.waits());
  std::vector<std::string> ids;
  for (auto request : waiting.getList()) ids.push_back(text(request.getId()));
  auto id = chooseId("waiting request", call.word(0, "REQUEST"), ids);
  for (auto request : waiting.getList()) {
    if (id != text(request.getId())) continue;
    auto ask = call.link.person().answerRequest();
    ask.setRequest(id);
    auto answer = ask.initAnswer();
    answer.setVerdict(verdict);
    answer.setAccess(call.typed.has("--access") ? chosen<schema::Access>("--access", call.typed.value("--access"))
                                                : request.getAccess());
    if (call.typed.has("--scope")) answer.setScope(chosen<schema::Scope>("--scope", call.typed.value("--scope")));
    else if (request.getScopes().size() > 0) answer.setScope(request.getScopes()[0]);
    fillAnswer(call, request, answer);
    answer.setFast(call.typed.has("--fast"));
    if (!request.hasWish()) requireNetwork(call, request.getKind());
    auto limits = answer.initLimits();
    changeLimits(call, limits);
    if (call.typed.has("--uses")) limits.setUses(usesFrom(call.typed.value("--uses")));
    auto made = ask.send().wait(call.link.waits());
    if (made.getGrant().size() > 0) call.console.print(text(made.getGrant()) + "\n");
    return DONE;
  }
  KJ_UNREACHABLE;
}

int addGrant(Call& call) {
  call.atMost(3);
  auto& holder = call.word(0, "HOLDER");
  if (holder.empty()) throw UsageError("HOLDER is missing");
  auto kind = chosen<schema::Kind>("KIND", call.word(1, "KIND"));
  auto& target = call.word(2, "TARGET");
  auto ask = call.link.person().grantRequest();
  ask.setHolder(holder);
  ask.setKind(kind);
  ask.setAccess(chosen<schema::Access>("--access", call.typed.value("--access", "read")));
  ask.setOrigin(schema::Origin::ADDED);
  ask.setFast(call.typed.has("--fast"));
  if (ask.getFast() && kind != schema::Kind::FOLDER) throw UsageError("--fast is for folders");
  readLifetime(call.typed.value("--for", "always"), call.clock, ask.initLifetime());
  requireNetwork(call, kind);
  changeLimits(call, ask.initLimits());
  auto object = ask.initObject();
  auto scope =
      call.typed.has("--scope") ? chosen<schema::Scope>("--scope", call.typed.value("--scope")) : defaultScope(kind);
  object.setScope(scope);
  if (isFile(kind)) {
    if (scope == schema::Scope::PATTERN) {
      auto place = choosePlace(target, scope);
      place.fill(object);
      ask.setKind(place.kind);
      ask.setFile(descriptorOf(kj::mv(place.fd)));
    } else {
      describeFile(call, target, kind, ask);
    }
  } else {
    if (!isUtf8(target)) throw UsageError("TARGET is not text");
    if (kind == schema::Kind::DESKTOP && target == "shared-x11") Console::complain(SHARED_X_WARNING);
    object.setTarget(target);
  }
  auto lifetime = ask.getLifetime().which();
  if (lifetime == schema::Lifetime::ONCE || lifetime == schema::Lifetime::RUN)
    ask.setInstance(boundInstance(call, holder));
  auto made = ask.send().wait(call.link.waits());
  call.console.print(text(made.getId()) + "\n");
  if (!call.typed.has("--keep")) return DONE;
  auto keep = call.link.person().keepRequest();
  keep.initGrants(1).set(0, made.getId());
  keep.setKeep(true);
  keep.send().wait(call.link.waits());
  return DONE;
}

int revokeGrants(Call& call) {
  auto app = call.typed.value("--app");
  if (app.empty() == call.typed.words().empty()) throw UsageError("say either GRANT... or --app APP-ID");
  auto ids = app.empty() ? chooseGrants(call, call.typed.words(), false) : heldBy(call, app);
  if (call.typed.has("--dry-run")) {
    auto ask = call.link.person().consequencesRequest();
    fill(ask.initGrants(static_cast<unsigned>(ids.size())), ids);
    auto answer = ask.send().wait(call.link.waits());
    printGrants(call, answer.getEnds(), "Nothing would end.");
    sayWhoMayDie(call, ids);
    return DONE;
  }
  auto ask = call.link.person().revokeRequest();
  fill(ask.initGrants(static_cast<unsigned>(ids.size())), ids);
  auto answer = ask.send().wait(call.link.waits());
  printGrants(call, answer.getEnded(), "Nothing ended.");
  sayWhatRunsOn(call, answer.getEnded());
  auto all = [](schema::Grant::Reader) { return true; };
  return reportTaking(answer, "taken back",
                      answer.getUnanswered() ? runningHolders(call, answer.getEnded(), all) : std::string());
}

int suspendGrants(Call& call) {
  auto ids = chooseGrants(call, call.typed.words(), false);
  auto ask = call.link.person().consequencesRequest();
  fill(ask.initGrants(static_cast<unsigned>(ids.size())), ids);
  auto answer = ask.send().wait(call.link.waits());
  auto suspend = call.link.person().suspendRequest();
  fill(suspend.initGrants(static_cast<unsigned>(ids.size())), ids);
  auto done = suspend.send().wait(call.link.waits());
  sayWhatRunsOn(call, answer.getEnds());
  auto all = [](schema::Grant::Reader) { return true; };
  return reportTaking(done, "suspended",
                      done.getUnanswered() ? runningHolders(call, answer.getEnds(), all) : std::string());
}

int resumeGrants(Call& call) {
  auto ids = chooseGrants(call, call.typed.words(), false);
  auto ask = call.link.person().resumeRequest();
  fill(ask.initGrants(static_cast<unsigned>(ids.size())), ids);
  ask.send().wait(call.link.waits());
  return DONE;
}

int restoreGrants(Call& call) {
  auto ids = chooseGrants(call, call.typed.words(), true);
  auto ask = call.link.person().restoreRequest();
  fill(ask.initGrants(static_cast<unsigned>(ids.size())), ids);
  auto answer = ask.send().wait(call.link.waits());
  for (auto id : answer.getMade()) call.console.print(text(id) + "\n");
  return DONE;
}

int forgetRefusal(Call& call) {
  call.atMost(1);
  auto& word = call.word(0, "REQUEST");
  auto known = call.link.person().refusalsRequest().send().wait(call.link.waits());
  std::vector<std::string> ids;
  for (auto refusal : known.getList()) ids.push_back(text(refusal.getId()));
  auto ask = call.link.person().forgetRequest();
  ask.setRefusal(chooseId("refusal", word, ids));
  ask.send().wait(call.link.waits());
  return DONE;
}

int stopInstances(Call& call) {
  if (call.typed.has("--on")) return stopFar(call);
  if (call.typed.has("--all")) {
    call.atMost(0);
    call.link.person().stopAllRequest().send().wait(call.link.waits());
    return DONE;
  }
  call.word(0, "INSTANCE (or --all)");
  auto grace = wholeNumber("--grace", call.typed.value("--grace", "5"), 3600);
  for (auto& word : call.typed.words()) {
    auto find = call.link.person().findInstanceRequest();
    find.setId(chooseInstance(call, word));
    auto stop = find.send().getInstance().stopRequest();
    stop.setGraceSeconds(static_cast<uint32_t>(grace));
    stop.send().wait(call.link.waits());
  }
  return DONE;
}

int switchNetwork(Call& call) {
  call.atMost(1);
  auto& word = call.word(0, "off or on");
  if (word != "off" && word != "on") throw UsageError("say off or on");
  auto ask = call.link.person().networkOffRequest();
  ask.setOff(word == "off");
  ask.send().wait(call.link.waits());
  call.console.print(word == "off" ? "The network is off for every program until `latchkey network on`.\n"
                                   : "Programs have the network again that you gave them.\n");
  return DONE;
}

int quitBroker(Call& call) {
  call.atMost(0);
  KJ_IF_MAYBE (person, call.link.tryPerson()) {
    // It may be gone before it can say that it goes.
    person->shutdownRequest().send().ignoreResult().catch_([](kj::Exception&&) {}).wait(call.link.waits());
    call.link.lost().wait(call.link.waits());
  }
  return DONE;
}

}  // namespace latchkey::cli
