// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// The listings: each once for people and once for scripts, from the same records.

#include "app/cli/command.h"
#include "app/cli/limits.h"
#include "app/cli/names.h"
#include "app/cli/open-files.h"
#include "app/cli/table.h"
#include "broker/base/json.h"
#include "broker/base/text.h"
#include "broker/base/times.h"

namespace latchkey::cli {
namespace {

void show(const Call& call, const Table& table, std::string_view nothing) {
  call.console.print(table.empty() ? std::string(nothing) + "\n" : table.text(call.console));
}

Tone toneOf(schema::State state) {
  switch (state) {
    case schema::State::ACTIVE: return Tone::Plain;
    case schema::State::SUSPENDED: return Tone::Strong;
    default: return Tone::Faint;
  }
}

std::string accessWords(schema::Kind kind, schema::Access access) {
  if (kind == schema::Kind::NETWORK) return "connect";
  if (kind == schema::Kind::LISTEN) return "be reached";
  return access == schema::Access::WRITE ? "change" : "look";
}

std::string placed(const Call& call, schema::Object::Reader object) {
  return object.getPath().size() > 0 ? shownPath(bytes(object.getPath()), call.link.places().home)
                                     : text(object.getTarget());
}

std::string scoped(const Call& call, schema::Kind kind, schema::Object::Reader object) {
  auto shown = placed(call, object);
  if (object.getSee()) return shown + " (names only)";
  if (object.getScope() == schema::Scope::SIBLINGS) return shown + " and of the same name";
  if (object.getScope() == schema::Scope::TREE && kind == schema::Kind::FOLDER) return shown + "/…";
  return shown;
}

void jsonInstance(JsonArray& json, schema::InstanceInfo::Reader info) {
  json.object()
      .field("instance", text(info.getId()))
      .field("app", text(info.getApp()))
      .field("profile", text(info.getProfile()))
      .field("pid", static_cast<int64_t>(info.getPid()))
      .field("started", timeText(info.getStarted()))
      .field("name", text(info.getName()))
      .field("state", nameOf(info.getState()))
      .field("limits", text(info.getLimits()))
      .field("desktop", text(info.getDesktop()))
      .field("command", text(info.getCommand()))
      .field("startedBy", text(info.getStartedByName()));
}

void jsonRequest(JsonArray& json, schema::Request::Reader request) {
  json.object()
      .field("id", text(request.getId()))
      .field("app", text(request.getApp()))
      .field("instance", text(request.getInstance()))
      .field("kind", nameOf(request.getKind()))
      .field("target", targetOf(request.getObject()))
      .field("access", nameOf(request.getAccess()))
      .field("claim", text(request.getClaim()))
      .field("since", timeText(request.getSince()))
      .field("name", text(request.getAppName()))
      .field("state", nameOf(request.getState()))
      .field("deadline", timeText(request.getDeadline()))
      .flag("visible", request.getVisible())
      .flag("create", request.getCreate())
      .field("decided", timeText(request.getDecided()))
      .field("grant", text(request.getGrant()));
  if (request.hasWish()) {
    auto wish = request.getWish();
    json.field("suggestion", text(wish.getName()));
    json.field("seconds", static_cast<int64_t>(wish.getSeconds())).flag("always", wish.getAlways());
  }
  if (!request.hasNetwork()) return;
  auto network = request.getNetwork();
  json.field("host", text(network.getHost()))
      .field("port", static_cast<int64_t>(network.getPort()))
      .field("protocol", text(network.getProtocol()))
      .field("service", text(network.getService()))
      .flag("raw", network.getRaw())
      .field("local", text(network.getLocal()))
      .field("place", nameOf(network.getPlace()));
}

void jsonEntry(JsonArray& json, schema::JournalEntry::Reader entry) {
  json.object()
      .field("time", timeText(entry.getTime()))
      .field("event", text(entry.getEvent()))
      .field("app", text(entry.getApp()))
      .field("kind", nameOf(entry.getKind()))
      .field("target", text(entry.getTarget()))
      .field("grant", text(entry.getGrant()))
      .field("outcome", text(entry.getOutcome()))
      .field("instance", text(entry.getInstance()))
      .field("sequence", static_cast<int64_t>(entry.getSequence()));
}

std::string entryLine(schema::JournalEntry::Reader entry) {
  auto line = timeText(entry.getTime()) + "  " + escaped(text(entry.getEvent()));
  line.append(line.size() < 31 ? 31 - line.size() : 1, ' ');
  line += escaped(text(entry.getApp()));
  if (entry.getTarget().size() > 0) line += "  " + nameOf(entry.getKind()) + " " + escaped(text(entry.getTarget()));
  if (entry.getOutcome().size() > 0) line += "  " + escaped(text(entry.getOutcome()));
  line += "  #" + std::to_string(entry.getSequence());
  return line + "\n";
}

// Prints what is added from now on, until somebody ends us.
class Follower final : public schema::Observer::Server {
public:
  Follower(const Call& call, std::string app) : m_call(call), m_app(std::move(app)) {}

  // What came before the list was printed is in the list.
  void start() { m_started = true; }

  kj::Promise<void> journal(JournalContext context) override {
    if (!m_started) return kj::READY_NOW;
    for (auto entry : context.getParams().getAdded()) {
      if (!m_app.empty() && m_app != text(entry.getApp())) continue;
      if (!m_call.json()) {
        m_call.console.print(entryLine(entry));
        continue;
      }
      JsonArray one;
      jsonEntry(one, entry);
      m_call.console.print(one.finish());
    }
    return kj::READY_NOW;
  }
  kj::Promise<void> grants(GrantsContext) override { return kj::READY_NOW; }
  kj::Promise<void> requests(RequestsContext) override { return kj::READY_NOW; }
  kj::Promise<void> instances(InstancesContext) override { return kj::READY_NOW; }
  kj::Promise<void> status(StatusContext) override { return kj::READY_NOW; }

private:
  const Call& m_call;
  std::string m_app;
  bool m_started = false;
};

int64_t sinceWhen(const Call& call) {
  auto text = call.typed.value("--since");
  if (text.empty()) return 0;
  KJ_IF_MAYBE (length, parseDuration(text)) return toNanos(call.clock.wall() - *length);
  KJ_IF_MAYBE (time, parseTime(text)) return toNanos(*time);
  throw UsageError("--since is a length (30s, 15m, 8h, 7d) or a time");
}

std::string inBrackets(const std::string& words) { return words.empty() ? words : " (" + words + ")"; }

}  // namespace

void printGrants(const Call& call, capnp::List<schema::Grant>::Reader grants, std::string_view nothing) {
  if (call.json()) {
    JsonArray json;
    for (auto grant : grants) {
      json.object()
          .field("id", text(grant.getId()))
          .field("holder", text(grant.getHolder()))
          .field("kind", nameOf(grant.getKind()))
          .field("target", targetOf(grant.getObject()))
          .field("access", nameOf(grant.getAccess()))
          .field("lifetime", lifetimeName(grant.getLifetime()))
          .field("parent", grant.getParent().size() > 0 ? text(grant.getParent()) : "you")
          .field("state", nameOf(grant.getState()))
          .field("live", static_cast<int64_t>(grant.getLive()))
          .field("since", timeText(grant.getCreated()))
          .field("used", timeText(grant.getUsed()))
          .field("scope", nameOf(grant.getObject().getScope()))
          .field("origin", nameOf(grant.getOrigin()))
          .field("instance", text(grant.getInstance()))
          .field("ended", timeText(grant.getEnded()))
          .flag("keep", grant.getKeep())
          .flag("lapsed", grant.getLapsed())
          .field("uses", static_cast<int64_t>(grant.getUses()))
          .field("bytesRead", static_cast<int64_t>(grant.getBytesRead()))
          .field("bytesWritten", static_cast<int64_t>(grant.getBytesWritten()))
          .flag("fast", grant.getFast())
          .field("bytesPerSecond", static_cast<int64_t>(grant.getLimits().getBytesPerSecond()))
          .field("bytesLimit", static_cast<int64_t>(grant.getLimits().getBytes()))
          .field("bytesPerDay", static_cast<int64_t>(grant.getLimits().getBytesPerDay()))
          .field("bytesToday", static_cast<int64_t>(grant.getBytesOfDay()))
          .flag("resting", grant.getResting());
    }
    return call.console.print(json.finish());
  }
  Table table({"ID", "APP", "KIND", "ACCESS", "FOR", "STATE", "OPEN", "USED", "THING"});
  for (auto grant : grants) {
    auto tone = toneOf(grant.getState());
    table.row({{text(grant.getId()), Tone::Faint},
               {text(grant.getHolder()), tone},
               {nameOf(grant.getKind()), tone},
               {accessWords(grant.getKind(), grant.getAccess()), tone},
               {lifetimeWords(grant.getLifetime()), tone},
               {grant.getLapsed()    ? "lapsed"
                : grant.getResting() ? "used up today"
                                     : nameOf(grant.getState()),
                tone},
               {grant.getLive() == 0 ? "" : std::to_string(grant.getLive()), Tone::Good},
               {agoText(grant.getUsed(), call.clock), tone},
               {scoped(call, grant.getKind(), grant.getObject()) + (grant.getFast() ? " (full speed)" : "") +
                    inBrackets(limitWords(grant.getLimits())),
                tone}});
  }
  show(call, table, nothing);
}

int listGrants(Call& call) {
  auto& words = call.typed.words();
  if (!words.empty() && words[0] == "show") {
    call.word(1, "GRANT");
    return showGrants(call, {words.begin() + 1, words.end()});
  }
  call.atMost(0);
  auto ask = call.link.person().grantsRequest();
  ask.setApp(call.typed.value("--app"));
  ask.setEnded(call.typed.has("--ended"));
  auto answer = ask.send().wait(call.link.waits());
  printGrants(call, answer.getList(), "No program holds anything.");
  return DONE;
}

namespace {

std::string startedWords(schema::InstanceInfo::Reader info) {
  auto command = text(info.getCommand());
  return info.getStartedBy().size() == 0 ? command : command + " (started by " + text(info.getStartedByName()) + ")";
}

}  // namespace

int listInstances(Call& call) {
  call.atMost(0);
  auto answer = call.link.person().instancesRequest().send().wait(call.link.waits());
  if (call.json()) {
    JsonArray json;
    for (auto info : answer.getList()) {
      if (info.getState() != schema::InstanceInfo::State::ENDED) jsonInstance(json, info);
    }
    call.console.print(json.finish());
    return DONE;
  }
  Table table({"INSTANCE", "APP", "PROFILE", "PID", "STARTED", "SCREEN", "LIMITS", "COMMAND"});
  for (auto info : answer.getList()) {
    if (info.getState() == schema::InstanceInfo::State::ENDED) continue;
    table.row({{text(info.getId()), Tone::Faint},
               {text(info.getApp()), Tone::Strong},
               {text(info.getProfile())},
               {info.getPid() == 0 ? "" : std::to_string(info.getPid())},
               {agoText(info.getStarted(), call.clock)},
               {text(info.getDesktop())},
               {text(info.getLimits())},
               {startedWords(info)}});
  }
  show(call, table, "Nothing is running.");
  return DONE;
}

namespace {

std::string lengthText(uint64_t seconds) {
  constexpr uint64_t MINUTE = 60, HOUR = 3600, DAY = 24 * HOUR;
  auto text = [](uint64_t count, const char* unit) {
    return std::to_string(count) + " " + unit + (count == 1 ? "" : "s");
  };
  if (seconds >= 2 * DAY) return text(seconds / DAY, "day");
  if (seconds >= HOUR) return text(seconds / HOUR, "hour");
  return text(seconds / MINUTE, "minute");
}

// What another machine's person calls what they would like, and for how long. Both are their words.
std::string suggestion(schema::FarWish::Reader wish) {
  auto name = text(wish.getName());
  auto thing = name.empty() ? std::string("you say which") : "called “" + name + "” there";
  if (wish.getAlways()) return thing + ", for good";
  if (wish.getSeconds() == 0) return thing;
  return thing + ", for " + lengthText(wish.getSeconds());
}

}  // namespace

int listRequests(Call& call) {
  call.atMost(0);
  auto ask = call.link.person().requestsRequest();
  ask.setRecent(call.typed.has("--recent"));
  auto answer = ask.send().wait(call.link.waits());
  if (call.json()) {
    JsonArray json;
    for (auto request : answer.getList()) jsonRequest(json, request);
    call.console.print(json.finish());
    return DONE;
  }
  Table table({"ID", "APP", "KIND", "WANTS TO", "SINCE", "STATE", "SAYS", "THING"});
  for (auto request : answer.getList()) {
    auto says = text(request.getClaim());
    auto thing = placed(call, request.getObject());
    if (request.hasWish() && thing.empty()) thing = suggestion(request.getWish());
    table.row({{text(request.getId()), Tone::Faint},
               {text(request.hasWish() ? request.getAppName() : request.getApp()), Tone::Strong},
               {nameOf(request.getKind())},
               {accessWords(request.getKind(), request.getAccess())},
               {agoText(request.getSince(), call.clock)},
               {nameOf(request.getState())},
               {says.empty() ? "" : "“" + brief(says, 40) + "”"},
               {thing}});
  }
  show(call, table, "No question waits.");
  return DONE;
}

int listJournal(Call& call) {
  call.atMost(0);
  auto ask = call.link.person().journalRequest();
  auto filter = ask.initFilter();
  filter.setApp(call.typed.value("--app"));
  filter.setSince(sinceWhen(call));
  filter.setLimit(static_cast<uint32_t>(wholeNumber("--limit", call.typed.value("--limit", "1000"), 100'000)));
  auto follow = call.typed.has("--follow");
  auto follower = kj::heap<Follower>(call, call.typed.value("--app"));
  auto& following = *follower;
  schema::Observer::Client observer = kj::mv(follower);
  auto watch = call.link.person().watchRequest();
  watch.setObserver(observer);
  auto watching = follow ? kj::Maybe(watch.send().wait(call.link.waits())) : nullptr;

  auto answer = ask.send().wait(call.link.waits());
  JsonArray json;
  std::string lines;
  auto list = answer.getList();
  // The broker gives the newest first; what happened reads from its beginning.
  for (unsigned i = list.size(); i-- > 0;) {
    if (call.json()) jsonEntry(json, list[i]);
    else lines += entryLine(list[i]);
  }
  call.console.print(call.json() ? json.finish() : lines);
  if (!follow) return DONE;
  following.start();
  call.link.lost().wait(call.link.waits());
  return DONE;
}

int showStatus(Call& call) {
  call.atMost(0);
  auto answer = call.link.person().statusRequest().send().wait(call.link.waits());
  auto status = answer.getStatus();
  auto store = text(status.getStore());
  if (call.json()) {
    JsonArray json;
    json.object()
        .field("version", text(status.getVersion()))
        .field("pid", static_cast<int64_t>(status.getPid()))
        .field("store", store)
        .flag("networkOff", status.getNetworkOff())
        .field("presenters", static_cast<int64_t>(status.getPresenters()))
        .field("network", text(status.getNetwork()));
    call.console.print(json.finish());
    return DONE;
  }
  std::string out =
      "Latchkey " + escaped(text(status.getVersion())) + ", process " + std::to_string(status.getPid()) + "\n";
  out += store.empty() ? "Decisions are kept.\n" : "Decisions: " + escaped(store) + "\n";
  out += status.getPresenters() > 0 ? "Questions are shown in a window.\n"
                                    : "No window shows questions: they wait in `latchkey requests`.\n";
  if (status.getNetworkOff()) out += "The network is off for every program until `latchkey network on`.\n";
  if (status.getNetwork().size() > 0) out += "Programs have no network: " + escaped(text(status.getNetwork())) + "\n";
  call.console.print(out);
  return DONE;
}

}  // namespace latchkey::cli
