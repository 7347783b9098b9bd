// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/rule-calls.h"

#include <capnp/message.h>

#include "app/rules/exchange.h"
#include "app/ui/convert.h"
#include "app/ui/wording.h"
#include "broker/base/log.h"

namespace latchkey::ui::calls {
namespace {

template <typename Request>
kj::Promise<QString> done(Request request) {
  QString fault;
  try {
    co_await request.send();
  } catch (const kj::Exception& exception) {
    fault = QString::fromStdString(reason(exception));
  }
  co_return fault;
}

// What keeps the writing direction of names apart is for a window; in a file it would be noise.
std::string plain(QString sentence) {
  for (ushort mark = 0x2066; mark <= 0x2069; ++mark) sentence.remove(QChar(mark));
  return sentence.toStdString();
}

QString whoOf(const Grant& grant) { return grant.holderName.isEmpty() ? grant.holder : grant.holderName; }

ImportLine lineOf(const FileRule& from, schema::ImportOutcome::Reader outcome, const std::string& home) {
  capnp::MallocMessageBuilder message;
  auto rule = message.initRoot<schema::Rule>();
  fill(rule, from, home);
  ImportLine line;
  line.never = from.never;
  line.rule = fromSchema(rule.asReader());
  line.line = from.line;
  line.fault = QString::fromStdString({outcome.getFault().begin(), outcome.getFault().size()}).left(400);
  using State = schema::ImportOutcome::State;
  auto state = outcome.getState();
  line.state = state == State::ADDED     ? ImportLine::State::Added
               : state == State::PRESENT ? ImportLine::State::Present
                                         : ImportLine::State::Refused;
  return line;
}

}  // namespace

kj::Promise<QList<Grant>> refusals(schema::Person::Client person) {
  auto answer = co_await person.refusalsRequest().send();
  co_return listFromSchema(answer.getList());
}

kj::Promise<QString> forget(schema::Person::Client person, QString refusal) {
  auto request = person.forgetRequest();
  request.setRefusal(refusal.toStdString().c_str());
  return done(kj::mv(request));
}

kj::Promise<QString> refuse(schema::Person::Client person, Rule rule) {
  auto request = person.refuseRequest();
  toSchema(rule, request.initRule());
  request.getRule().setNever(true);
  return done(kj::mv(request));
}

kj::Promise<QString> give(schema::Person::Client person, Rule rule) {
  capnp::MallocMessageBuilder message;
  auto wanted = message.initRoot<schema::Rule>();
  toSchema(rule, wanted);
  auto request = person.grantRequest();
  request.setHolder(wanted.asReader().getHolder());
  request.setKind(wanted.getKind());
  request.setObject(wanted.asReader().getObject());
  request.setAccess(wanted.getAccess());
  request.setLifetime(wanted.asReader().getLifetime());
  request.setLimits(wanted.asReader().getLimits());
  request.setOrigin(schema::Origin::ADDED);
  return done(kj::mv(request));
}

kj::Promise<Export> exportRules(schema::Person::Client person, QString home) {
  auto asking = person.grantsRequest();
  asking.setEnded(false);
  auto grants = asking.send();
  auto refusals = person.refusalsRequest().send();
  auto gotGrants = co_await grants;
  auto gotRefusals = co_await refusals;
  auto place = home.toStdString();
  Carried carried;
  for (auto grant : gotGrants.getList()) {
    auto record = fromSchema(grant);
    carry(grant, place, plain(wording::rule(record, whoOf(record))), carried);
  }
  for (auto refusal : gotRefusals.getList()) {
    auto record = fromSchema(refusal);
    carry(refusal, place, plain(wording::refusal(record, whoOf(record))), carried);
  }
  co_return Export{QByteArray::fromStdString(writeRules(carried.rules)), carried.left};
}

kj::Promise<Import> importRules(schema::Person::Client person, QByteArray content, QString home, bool apply) {
  Import result;
  auto file = parseRules({content.constData(), size_t(content.size())});
  if (!file.fault.empty()) {
    result.fault = QString::fromStdString(file.fault);
    co_return result;
  }
  auto place = home.toStdString();
  auto request = person.importRulesRequest();
  auto list = request.initRules(static_cast<unsigned>(file.rules.size()));
  for (unsigned i = 0; i < list.size(); ++i) fill(list[i], file.rules[i], place);
  request.setApply(apply);
  try {
    auto answer = co_await request.send();
    auto outcomes = answer.getOutcomes();
    for (unsigned i = 0; i < outcomes.size() && i < file.rules.size(); ++i)
      result.lines << lineOf(file.rules[i], outcomes[i], place);
  } catch (const kj::Exception& exception) {
    result.fault = QString::fromStdString(reason(exception));
  }
  co_return result;
}

}  // namespace latchkey::ui::calls
