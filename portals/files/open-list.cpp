// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/files/open-list.h"

#include <map>

namespace latchkey::files {
namespace {

constexpr size_t MOST_MAPPERS = 16;

void write(const Process& process, schema::Program::Builder to) {
  to.setPid(process.pid);
  to.setName(process.name.c_str());
}

void writeMapped(const View::Opened& opened, const kj::Maybe<std::vector<Mapping>>& mappings,
                 schema::OpenFile::Builder to) {
  using Mapped = schema::OpenFile::Mapped;
  to.setMapped(opened.directory ? Mapped::NO : Mapped::UNKNOWN);
  if (opened.directory) return;
  KJ_IF_MAYBE (known, mappings) {
    std::vector<const Process*> mappers;
    for (auto& mapping : *known) {
      if (mapping.inode == opened.inode && mappers.size() < MOST_MAPPERS) mappers.push_back(&mapping.process);
    }
    to.setMapped(mappers.empty() ? Mapped::NO : Mapped::YES);
    auto list = to.initMappers(static_cast<unsigned>(mappers.size()));
    for (unsigned i = 0; i < list.size(); ++i) write(*mappers[i], list[i]);
  }
}

}  // namespace

void writeOpened(const std::vector<View::Opened>& opened, const kj::Maybe<std::vector<Mapping>>& mappings,
                 const Clock& clock, capnp::List<schema::OpenFile>::Builder list) {
  auto sinceBoot = clock.elapsed().time_since_epoch().count();
  auto now = toNanos(clock.wall());
  std::map<pid_t, Process> processes;
  for (unsigned i = 0; i < list.size(); ++i) {
    auto& one = opened[i];
    auto to = list[i];
    to.setPath({reinterpret_cast<const kj::byte*>(one.path.data()), one.path.size()});
    auto [process, fresh] = processes.try_emplace(one.thread);
    if (fresh) process->second = processOf(one.thread, one.last);
    write(process->second, to.initProgram());
    to.setAccess(one.need == Need::Write ? schema::Access::WRITE : schema::Access::READ);
    to.setDirectory(one.directory);
    to.setBytesRead(one.bytesRead);
    to.setBytesWritten(one.bytesWritten);
    to.setUsed(now - (sinceBoot - one.last));
    to.setOpened(now - (sinceBoot - one.opened));
    writeMapped(one, mappings, to);
  }
}

}  // namespace latchkey::files
