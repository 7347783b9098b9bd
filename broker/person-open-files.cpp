// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What apps have open, and stopping one file of it.

#include <kj/debug.h>

#include <algorithm>

#include "broker/base/failure.h"
#include "broker/base/text.h"
#include "broker/grants/grant-schema.h"
#include "broker/grants/reach.h"
#include "broker/person-server.h"

namespace latchkey {
namespace {

constexpr size_t LONGEST_NAME = 64;

std::string text(capnp::Text::Reader words) { return {words.cStr(), words.size()}; }
std::string text(capnp::Data::Reader bytes) { return {reinterpret_cast<const char*>(bytes.begin()), bytes.size()}; }

// A program chooses its own name.
void escapeName(schema::Program::Builder program) {
  program.setName(brief(text(program.asReader().getName()), LONGEST_NAME).c_str());
}

}  // namespace

kj::Promise<void> PersonServer::openFiles(OpenFilesContext context) {
  std::vector<GrantId> grants;
  for (auto id : context.getParams().getGrants()) grants.emplace_back(text(id));
  auto all = co_await m_parts.files.openUnder(kj::mv(grants));
  struct One {
    schema::OpenFile::Reader file;
    const FileGrants::OpenUnder* from;
  };
  std::vector<One> found;
  uint64_t more = 0;
  for (auto& answer : all.answers) {
    more += answer.answer.getMore();
    for (auto file : answer.answer.getList()) found.push_back({file, &answer});
  }
  std::ranges::stable_sort(found, [](auto& one, auto& other) { return one.file.getUsed() > other.file.getUsed(); });
  auto results = context.getResults();
  results.setMore(more);
  results.setUnanswered(all.unanswered);
  auto list = results.initList(static_cast<unsigned>(found.size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    list.setWithCaveats(i, found[i].file);
    auto file = list[i];
    file.setInstance(found[i].from->instance.text().c_str());
    file.setGrant(found[i].from->grant.text().c_str());
    escapeName(file.getProgram());
    for (auto mapper : file.getMappers()) escapeName(mapper);
  }
}

kj::Promise<void> PersonServer::stopFile(StopFileContext context) {
  auto params = context.getParams();
  GrantId id(text(params.getGrant()));
  auto path = text(params.getPath());
  auto found = m_parts.ledger.find(id);
  auto& grant = KJ_REQUIRE_NONNULL(found, "there is no such grant");
  bool reaches = hasPath(grant.kind) && isCleanPath(path) && whereOf(grant.kind, grant.object).covers(path);
  if (grant.hasEnded()) fail("it has ended already");
  if (!reaches) fail(brief(path, 200) + " is not among what it gives");
  bool whole = whereOf(grant.kind, grant.object).shape == Shape::Exact;
  if (whole) {
    auto ended = m_parts.ledger.revoke({id});
    context.getResults().setUnanswered(!co_await m_parts.files.cutInTime(kj::mv(ended.grants)));
    co_return;
  }
  if (path == grant.object.path) fail("that is all of it: take back the grant itself");
  if (grant.fast) fail("a folder at full speed is not ours to cut files out of: take back the grant itself");
  auto holder = grant.holder;
  bool cut = co_await m_parts.files.stopFile(id, path);
  m_parts.ledger.journal({.event = "revoke",
                          .app = holder,
                          .kind = Kind::File,
                          .target = escaped(path),
                          .grant = id,
                          .outcome = "this file"});
  context.getResults().setUnanswered(!cut);
}

}  // namespace latchkey
