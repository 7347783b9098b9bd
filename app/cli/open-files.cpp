// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/open-files.h"

#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "app/cli/choose.h"
#include "app/cli/names.h"
#include "app/cli/table.h"
#include "broker/base/json.h"
#include "broker/base/text.h"
#include "broker/schema/open-file.capnp.h"

namespace latchkey::cli {
namespace {

using Mapped = schema::OpenFile::Mapped;
using Answer = capnp::Response<schema::Person::OpenFilesResults>;

Answer openUnder(Call& call, const std::vector<std::string>& grants) {
  auto ask = call.link.person().openFilesRequest();
  auto list = ask.initGrants(static_cast<unsigned>(grants.size()));
  for (unsigned i = 0; i < list.size(); ++i) list.set(i, ptr(grants[i]));
  return ask.send().wait(call.link.waits());
}

std::string programWords(schema::Program::Reader program) {
  if (program.getPid() == 0) return "(ended)";
  return escaped(text(program.getName())) + " (" + std::to_string(program.getPid()) + ")";
}

std::string mappersWords(schema::OpenFile::Reader file) {
  if (file.getMapped() == Mapped::UNKNOWN) return "maybe";
  std::string words;
  for (auto mapper : file.getMappers()) words += (words.empty() ? "" : ", ") + programWords(mapper);
  return words;
}

void printJson(Call& call, const Answer& answer) {
  JsonArray json;
  for (auto file : answer.getList()) {
    json.object()
        .field("grant", text(file.getGrant()))
        .field("instance", text(file.getInstance()))
        .field("target", bytes(file.getPath()))
        .field("program", text(file.getProgram().getName()))
        .field("pid", static_cast<int64_t>(file.getProgram().getPid()))
        .field("access", nameOf(file.getAccess()))
        .flag("folder", file.getDirectory())
        .field("bytesRead", static_cast<int64_t>(file.getBytesRead()))
        .field("bytesWritten", static_cast<int64_t>(file.getBytesWritten()))
        .field("opened", timeText(file.getOpened()))
        .field("used", timeText(file.getUsed()))
        .field("mapped", nameOf(file.getMapped()))
        .field("mappers", mappersWords(file));
  }
  call.console.print(json.finish());
}

void printTable(Call& call, const Answer& answer) {
  Table table({"PROGRAM", "DOES", "READ", "WRITTEN", "USED", "MAPPED BY", "FILE"});
  for (auto file : answer.getList()) {
    auto does = file.getDirectory() ? "lists" : file.getAccess() == schema::Access::WRITE ? "changes" : "looks";
    table.row({{programWords(file.getProgram()), Tone::Strong},
               {does},
               {file.getDirectory() ? "" : shortSize(file.getBytesRead())},
               {file.getDirectory() ? "" : shortSize(file.getBytesWritten())},
               {agoText(file.getUsed(), call.clock)},
               {mappersWords(file)},
               {shownPath(bytes(file.getPath()), call.link.places().home)}});
  }
  if (table.empty()) call.console.print(answer.getUnanswered() ? "" : "Nothing of it is open.\n");
  else call.console.print(table.text(call.console));
  if (answer.getMore() > 0) call.console.print("and " + std::to_string(answer.getMore()) + " more\n");
}

}  // namespace

int showGrants(Call& call, const std::vector<std::string>& typed) {
  auto answer = openUnder(call, chooseGrants(call, typed, false));
  if (call.json()) printJson(call, answer);
  else printTable(call, answer);
  if (!answer.getUnanswered()) return DONE;
  Console::complain("the file portal does not answer: more may be open");
  return FAILED;
}

void sayWhoMayDie(Call& call, const std::vector<std::string>& grants) {
  auto answer = openUnder(call, grants);
  std::set<std::string> said;
  for (auto file : answer.getList()) {
    auto name = shownPath(bytes(file.getPath()), call.link.places().home);
    if (file.getMapped() == Mapped::UNKNOWN) {
      said.insert(name + " may be mapped: a program that uses it so may stop at once");
    }
    for (auto mapper : file.getMappers()) {
      said.insert(programWords(mapper) + " has " + name + " mapped and may stop at once");
    }
  }
  for (auto& line : said) Console::complain(line);
}

int stopFile(Call& call) {
  call.atMost(2);
  auto grant = chooseGrants(call, {call.word(0, "GRANT")}, false).front();
  // Also of a file that is not there any more: so by name, without looking.
  auto path = std::filesystem::absolute(call.word(1, "PATH")).lexically_normal().string();
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  auto ask = call.link.person().stopFileRequest();
  ask.setGrant(ptr(grant));
  ask.setPath(asData(path));
  if (!ask.send().wait(call.link.waits()).getUnanswered()) return DONE;
  Console::complain("recorded; the file portal does not answer - the program may still hold it");
  return FAILED;
}

}  // namespace latchkey::cli
