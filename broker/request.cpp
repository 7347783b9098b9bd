// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/request.h"

#include <kj/debug.h>

#include <array>

#include "broker/base/descriptor.h"
#include "broker/base/failure.h"
#include "broker/grants/grant-schema.h"

namespace latchkey {

std::string nameOf(RequestState state) {
  constexpr std::array<const char*, 8> NAMES = {"waiting",   "allowed",   "denied",    "never",
                                                "dismissed", "timed-out", "withdrawn", "unpresentable"};
  return NAMES.at(static_cast<size_t>(state));
}

kj::Promise<Answer> answerFrom(schema::Answer::Reader from) {
  auto verdict = static_cast<unsigned>(from.getVerdict());
  KJ_REQUIRE(verdict <= static_cast<unsigned>(Verdict::Dismiss), "an answer this version does not know");
  Answer answer;
  answer.verdict = static_cast<Verdict>(verdict);
  answer.access = fromSchema(from.getAccess());
  answer.scope = fromSchema(from.getScope());
  answer.lifetime = fromSchema(from.getLifetime());
  answer.fast = from.getFast();
  answer.filter = from.getFilter();
  answer.choices = fromSchema(from.getChoices());
  answer.app = from.getApp().cStr();
  answer.limits = fromSchema(from.getLimits());
  answer.target = from.getTarget().cStr();
  answer.name = from.getName().cStr();
  answer.mayPassOn = from.getMayPassOn();
  auto chosen = from.getChosen();
  if (chosen.size() > MOST_CHOSEN) fail("that is more than can be picked at once");
  for (auto one : chosen) {
    auto path = one.getPath();
    Chosen picked{.path = {reinterpret_cast<const char*>(path.begin()), path.size()}};
    if (one.hasObject()) {
      auto fd = co_await fdOf(one.getObject());
      picked.object = kj::mv(KJ_REQUIRE_NONNULL(fd, "a picked file without its descriptor"));
    }
    answer.chosen.push_back(kj::mv(picked));
  }
  co_return kj::mv(answer);
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
  KJ_IF_MAYBE (chooser, question.chooser) toSchema(*chooser, builder.initChooser());
  KJ_IF_MAYBE (opener, question.opener) toSchema(*opener, builder.initOpener());
  KJ_IF_MAYBE (network, question.network) toSchema(*network, builder.initNetwork());
  KJ_IF_MAYBE (wish, question.wish) {
    auto far = builder.initWish();
    far.setName(wish->name.c_str());
    far.setSeconds(static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(wish->length).count()));
    far.setAlways(wish->always);
    far.setApp(wish->app.c_str());
    far.setStripe(question.stripe);
  }
}

}  // namespace latchkey
