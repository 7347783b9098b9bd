// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/request.h"

#include <kj/debug.h>

#include <array>

#include "broker/grants/grant-schema.h"

namespace latchkey {

std::string nameOf(RequestState state) {
  constexpr std::array<const char*, 8> NAMES = {"waiting",   "allowed",   "denied",    "never",
                                                "dismissed", "timed-out", "withdrawn", "unpresentable"};
  return NAMES.at(static_cast<size_t>(state));
}

Answer fromSchema(schema::Answer::Reader answer) {
  auto verdict = static_cast<unsigned>(answer.getVerdict());
  KJ_REQUIRE(verdict <= static_cast<unsigned>(Verdict::Dismiss), "an answer this version does not know");
  return {static_cast<Verdict>(verdict), fromSchema(answer.getAccess()), fromSchema(answer.getScope()),
          fromSchema(answer.getLifetime()), answer.getFast()};
}

void toSchema(const Request& request, const std::string& name, schema::Request::Builder builder) {
  auto& question = request.question;
  builder.setId(request.id.text().c_str());
  builder.setApp(question.holder.c_str());
  builder.setAppName(name.c_str());
  builder.setInstance(question.instance.text().c_str());
  builder.setKind(toSchema(question.kind));
  toSchema(question.object, builder.initObject());
  builder.setAccess(toSchema(question.access));
  builder.setClaim(question.claim.c_str());
  builder.setSince(toNanos(request.since));
  builder.setDeadline(toNanos(request.deadline.wall()));
  builder.setState(static_cast<schema::Request::State>(request.state));
  auto scopes = builder.initScopes(static_cast<unsigned>(request.scopes.size()));
  for (unsigned i = 0; i < scopes.size(); ++i) scopes.set(i, toSchema(request.scopes[i]));
  builder.setPid(question.pid);
  builder.setProgram(question.program.c_str());
  builder.setDirectory(question.directory);
  builder.setSize(question.size);
  builder.setModified(toNanos(question.modified));
  builder.setCreate(question.create);
  builder.setDecided(toNanos(request.decided));
  builder.setGrant(request.grant.text().c_str());
  builder.setVisible(request.visible);
  builder.setAlsoWaiting(request.alsoWaiting);
  builder.setMayBeFast(request.mayBeFast);
}

}  // namespace latchkey
