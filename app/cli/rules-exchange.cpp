// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// `latchkey rules export` and `import`: all that stands, as one file to read and to carry.

#include <capnp/message.h>
#include <kj/debug.h>
#include <stdio.h>
#include <unistd.h>

#include "app/cli/names.h"
#include "app/cli/place.h"
#include "app/cli/rules.h"
#include "app/cli/sentences.h"
#include "app/rules/rules-file.h"
#include "broker/base/files.h"
#include "broker/base/text.h"
#include "broker/base/times.h"

namespace latchkey::cli {
namespace {

using State = schema::ImportOutcome::State;

bool isOfFiles(schema::Kind kind) { return kind == schema::Kind::FILE || kind == schema::Kind::FOLDER; }

// The home is another one on another machine.
std::string carried(const std::string& path, const std::string& home) {
  if (path == home) return "~";
  return path.starts_with(home + "/") ? "~" + path.substr(home.size()) : path;
}

std::string expanded(const std::string& place, const std::string& home) {
  return place == "~" || place.starts_with("~/") ? home + place.substr(1) : place;
}

struct Exported {
  std::vector<FileRule> rules;
  size_t left = 0;  // What the file cannot say.

  void add(FileRule rule) {
    if (faultOf(rule).empty()) rules.push_back(std::move(rule));
    else ++left;
  }
};

template <typename Rule>
FileRule fileRuleOf(Rule rule, const std::string& home) {
  FileRule result;
  result.app = text(rule.getHolder());
  result.place = carried(bytes(rule.getObject().getPath()), home);
  result.scope = nameOf(rule.getObject().getScope());
  result.access = nameOf(rule.getAccess());
  result.comment = sentenceOf(rule, home);
  return result;
}

// What ends with a running program, or with another grant, is no rule for another machine.
bool isCarried(schema::Grant::Reader grant) {
  auto lifetime = grant.getLifetime();
  return isOfFiles(grant.getKind()) && grant.getParent().size() == 0 && (lifetime.isAlways() || lifetime.isUntil());
}

Exported standing(Call& call) {
  auto home = call.link.places().home;
  Exported exported;
  for (auto grant : allGrants(call).getList()) {
    if (!isCarried(grant)) {
      ++exported.left;
      continue;
    }
    auto rule = fileRuleOf(grant, home);
    rule.lasting = lifetimeName(grant.getLifetime());
    rule.keep = grant.getKeep();
    rule.names = grant.getObject().getSee();
    exported.add(std::move(rule));
  }
  for (auto refusal : allRefusals(call).getList()) {
    if (!isOfFiles(refusal.getKind())) {
      ++exported.left;
      continue;
    }
    auto rule = fileRuleOf(refusal, home);
    rule.never = true;
    exported.add(std::move(rule));
  }
  return exported;
}

void fill(schema::Rule::Builder rule, const FileRule& from, const Call& call) {
  auto path = expanded(from.place, call.link.places().home);
  rule.setHolder(from.app);
  rule.setKind(from.isFolder() ? schema::Kind::FOLDER : schema::Kind::FILE);
  auto object = rule.initObject();
  object.setPath(asData(path));
  object.setTarget(ptr(escaped(path)));
  object.setScope(chosen<schema::Scope>("scope", from.scope));
  object.setSee(from.names);
  rule.setAccess(chosen<schema::Access>("access", from.access));
  // A time that has passed is for the broker to refuse, with all else that cannot be.
  if (from.lasting == "always") rule.initLifetime().setAlways();
  else rule.initLifetime().setUntil(toNanos(KJ_ASSERT_NONNULL(parseTime(from.lasting))));
  rule.setKeep(from.keep);
  rule.setNever(from.never);
}

capnp::Response<schema::Person::ImportRulesResults> sent(Call& call, const std::vector<FileRule>& rules, bool apply) {
  auto ask = call.link.person().importRulesRequest();
  auto list = ask.initRules(static_cast<unsigned>(rules.size()));
  for (unsigned i = 0; i < list.size(); ++i) fill(list[i], rules[i], call);
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
    fill(rule, rules[i], call);
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

bool saysYes() {
  fprintf(stderr, "Take them over? [y/N] ");
  char line[64];
  return fgets(line, sizeof line, stdin) != nullptr && (line[0] == 'y' || line[0] == 'Y');
}

}  // namespace

int exportRules(Call& call) {
  call.atMost(2);
  auto exported = standing(call);
  auto file = writeRules(exported.rules);
  if (call.typed.words().size() < 2) call.console.print(file);
  else replaceFile(absolutePath(call.typed.words()[1]), file);
  if (exported.left > 0) {
    Console::complain(
        std::to_string(exported.left) +
        " not in it: what ends with a running program, is not about files, or has a name that is no text");
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
    if (!saysYes()) return FAILED;
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
