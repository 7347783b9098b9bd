// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `latchkey connections` and `latchkey listeners`: what programs talk to at this moment, and what of theirs could be
// reached.

#include <kj/debug.h>

#include "app/cli/choose.h"
#include "app/cli/command.h"
#include "app/cli/names.h"
#include "app/cli/table.h"
#include "broker/base/json.h"
#include "broker/base/numbers.h"
#include "broker/base/text.h"

namespace latchkey::cli {
namespace {

using Connections = capnp::Response<schema::Person::ConnectionsResults>;
using Direction = schema::Connection::Direction;

// As `end` takes it.
std::string idOf(schema::Connection::Reader connection) {
  return text(connection.getInstance()) + "/" + std::to_string(connection.getId());
}

std::map<std::string, std::string> appsByInstance(Call& call) {
  std::map<std::string, std::string> apps;
  auto answer = call.link.person().instancesRequest().send().wait(call.link.waits());
  for (auto info : answer.getList())
    apps[text(info.getId())] = holderName(text(info.getApp()), text(info.getProfile()));
  return apps;
}

std::string programOf(schema::Connection::Reader connection) {
  if (connection.getPid() == 0) return text(connection.getProgram());
  return text(connection.getProgram()) + " (" + std::to_string(connection.getPid()) + ")";
}

// "endedByYou" as people write it.
std::string outcomeOf(schema::Connection::Reader connection) {
  std::string words;
  if (connection.getEnding() == schema::Connection::Ending::NONE) return words;
  for (auto letter : nameOf(connection.getEnding())) {
    bool isCapital = letter >= 'A' && letter <= 'Z';
    if (isCapital) words += ' ';
    words += isCapital ? static_cast<char>(letter - 'A' + 'a') : letter;
  }
  return words;
}

void printJson(const Call& call, const Connections& answer, const std::map<std::string, std::string>& apps) {
  JsonArray json;
  for (auto connection : answer.getList()) {
    auto app = apps.find(text(connection.getInstance()));
    json.object()
        .field("id", idOf(connection))
        .field("app", app == apps.end() ? std::string() : app->second)
        .field("instance", text(connection.getInstance()))
        .field("destination", text(connection.getDestination()))
        .field("address", text(connection.getAddress()))
        .field("direction", nameOf(connection.getDirection()))
        .field("state", nameOf(connection.getState()))
        .field("since", timeText(connection.getSince()))
        .field("used", timeText(connection.getUsed()))
        .field("ended", timeText(connection.getEnded()))
        .field("bytesIn", static_cast<int64_t>(connection.getBytesIn()))
        .field("bytesOut", static_cast<int64_t>(connection.getBytesOut()))
        .field("program", text(connection.getProgram()))
        .field("pid", static_cast<int64_t>(connection.getPid()))
        .field("grant", text(connection.getGrant()))
        .field("outcome", outcomeOf(connection));
  }
  call.console.print(json.finish());
}

void printTable(const Call& call, const Connections& answer, const std::map<std::string, std::string>& apps) {
  Table table({"ID", "APP", "PROGRAM", "STATE", "IN", "OUT", "USED", "WITH"});
  for (auto connection : answer.getList()) {
    auto app = apps.find(text(connection.getInstance()));
    bool over = connection.getEnded() != 0;
    auto tone = over ? Tone::Faint : Tone::Plain;
    auto outcome = outcomeOf(connection);
    auto arrow = connection.getDirection() == Direction::IN ? "from " : "";
    table.row({{idOf(connection), Tone::Faint},
               {app == apps.end() ? text(connection.getInstance()) : app->second, over ? Tone::Faint : Tone::Strong},
               {programOf(connection), tone},
               {over && !outcome.empty() ? outcome : nameOf(connection.getState()), tone},
               {shortSize(connection.getBytesIn()), tone},
               {shortSize(connection.getBytesOut()), tone},
               {agoText(connection.getUsed(), call.clock), tone},
               {arrow + text(connection.getDestination()), tone}});
  }
  call.console.print(table.empty() ? "No program is connected with anything.\n" : table.text(call.console));
}

int endConnections(Call& call) {
  call.word(1, "CONNECTION");
  auto& words = call.typed.words();
  for (size_t i = 1; i < words.size(); ++i) {
    auto slash = words[i].rfind('/');
    auto number = slash == words[i].npos ? std::nullopt : numberFrom<uint64_t>(words[i].substr(slash + 1));
    if (!number) throw UsageError(brief(words[i], 60) + " is no connection: `latchkey connections` lists them");
    auto end = call.link.person().endConnectionRequest();
    end.setInstance(chooseInstance(call, words[i].substr(0, slash)));
    end.setId(*number);
    end.send().wait(call.link.waits());
  }
  return DONE;
}

}  // namespace

int listConnections(Call& call) {
  auto& words = call.typed.words();
  if (!words.empty() && words[0] == "end") return endConnections(call);
  call.atMost(0);
  auto ask = call.link.person().connectionsRequest();
  if (call.typed.has("--instance")) ask.setInstance(chooseInstance(call, call.typed.value("--instance")));
  auto answer = ask.send().wait(call.link.waits());
  auto apps = appsByInstance(call);
  if (call.json()) printJson(call, answer, apps);
  else printTable(call, answer, apps);
  if (answer.getMore() > 0) Console::complain(std::to_string(answer.getMore()) + " more are not listed");
  if (!answer.getUnanswered()) return DONE;
  Console::complain("the network portal does not answer: there may be others");
  return FAILED;
}

int listListeners(Call& call) {
  call.atMost(0);
  auto answer = call.link.person().listenersRequest().send().wait(call.link.waits());
  auto apps = appsByInstance(call);
  auto appOf = [&](auto one) {
    auto app = apps.find(text(one.getInstance()));
    return app == apps.end() ? text(one.getInstance()) : app->second;
  };
  if (call.json()) {
    JsonArray json;
    for (auto one : answer.getList()) {
      auto listener = one.getListener();
      json.object()
          .field("app", appOf(one))
          .field("instance", text(one.getInstance()))
          .field("port", static_cast<int64_t>(listener.getPort()))
          .field("protocol", listener.getUdp() ? "udp" : "tcp")
          .flag("loopback", listener.getLoopback())
          .field("program", text(listener.getProgram()))
          .field("grant", text(listener.getGrant()));
    }
    call.console.print(json.finish());
    return DONE;
  }
  Table table({"APP", "PORT", "PROGRAM", "REACHED FROM OUTSIDE"});
  for (auto one : answer.getList()) {
    auto listener = one.getListener();
    table.row({{appOf(one), Tone::Strong},
               {std::to_string(listener.getPort()) + (listener.getUdp() ? "/udp" : "")},
               {text(listener.getProgram())},
               {listener.getGrant().size() == 0 ? "no" : "yes, by " + text(listener.getGrant())}});
  }
  call.console.print(table.empty() ? "No program listens for anybody.\n" : table.text(call.console));
  return DONE;
}

}  // namespace latchkey::cli
