// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `latchkey rules export` and `import`: all that stands, as one file to read and to carry.

#include <capnp/message.h>
#include <kj/debug.h>
#include <unistd.h>

#include "app/cli/names.h"
#include "app/cli/place.h"
#include "app/cli/rules.h"
#include "app/cli/sentences.h"
#include "app/rules/exchange.h"
#include "broker/base/files.h"
#include "broker/base/text.h"

namespace latchkey::cli {
namespace {

using State = schema::ImportOutcome::State;

Carried standing(Call& call) {
  auto home = call.link.places().home;
  Carried carried;
  for (auto grant : allGrants(call).getList()) carry(grant, home, sentenceOf(grant, home), carried);
  for (auto refusal : allRefusals(call).getList()) carry(refusal, home, sentenceOf(refusal, home), carried);
  return carried;
}

capnp::Response<schema::Person::ImportRulesResults> sent(Call& call, const std::vector<FileRule>& rules, bool apply) {
  auto ask = call.link.person().importRulesRequest();
  auto list = ask.initRules(static_cast<unsigned>(rules.size()));
  for (unsigned i = 0; i < list.size(); ++i) fill(list[i], rules[i], call.link.places().home);
  ask.setApply(apply);
  return ask.send().wait(call.link.waits());
}

struct Count {
  size_t added = 0, refused = 0;
};

Count tell(Call& call, const std::vector<FileRule>& rules, capnp::List<schema::ImportOutcome>::Reader outcomes) {
  Count count;
  auto home = call.link.places().home;
  for (unsigned i = 0; i < outcomes.size() && i < rules.size(); ++i) {
    capnp::MallocMessageBuilder message;
    auto rule = message.initRoot<schema::Rule>();
    fill(rule, rules[i], home);
    auto sentence = sentenceOf(rule.asReader(), home);
    switch (outcomes[i].getState()) {
      case State::ADDED:
        ++count.added;
        call.console.print("+ " + sentence + "\n");
        break;
      case State::PRESENT: call.console.print("= " + sentence + "  (there already)\n"); break;
      default:
        ++count.refused;
        call.console.print("! line " + std::to_string(rules[i].line) + ": " + sentence + "  (" +
                           brief(text(outcomes[i].getFault()), 400) + ")\n");
    }
  }
  return count;
}

}  // namespace

int exportRules(Call& call) {
  call.atMost(2);
  auto carried = standing(call);
  auto file = writeRules(carried.rules);
  if (call.typed.words().size() < 2) call.console.print(file);
  else replaceFile(absolutePath(call.typed.words()[1]), file);
  if (carried.left > 0) {
    Console::complain(std::to_string(carried.left) +
                      " not in it: what ends with a running program, is about neither files nor the network, or has a "
                      "name that is no text");
  }
  return DONE;
}

int importRules(Call& call) {
  call.atMost(2);
  auto name = call.word(1, "FILE");
  std::string content;
  KJ_IF_MAYBE (read, tryReadFile(name, MOST_RULES_BYTES)) content = kj::mv(*read);
  else throw UsageError(brief(name, 60) + " cannot be read: it is no plain file of at most 1 MiB");
  auto file = parseRules(content);
  if (!file.fault.empty()) {
    Console::complain(brief(name, 60) + ", " + file.fault);
    return FAILED;
  }
  auto count = tell(call, file.rules, sent(call, file.rules, false).getOutcomes());
  if (count.refused > 0) {
    Console::complain("nothing was taken over: " + std::to_string(count.refused) + " cannot be");
    return FAILED;
  }
  if (count.added == 0) {
    call.console.print("Nothing to take over.\n");
    return DONE;
  }
  if (call.typed.has("--dry-run")) return DONE;
  if (!call.typed.has("--yes")) {
    if (!isatty(STDIN_FILENO)) throw UsageError("say --yes to take them over without being asked");
    if (!Console::saysYes("Take them over?")) return FAILED;
  }
  for (auto outcome : sent(call, file.rules, true).getOutcomes()) {
    if (outcome.getState() != State::REFUSED) continue;
    Console::complain("nothing was taken over: " + text(outcome.getFault()));
    return FAILED;
  }
  call.console.print(std::to_string(count.added) + (count.added == 1 ? " rule taken over.\n" : " rules taken over.\n"));
  return DONE;
}

}  // namespace latchkey::cli
