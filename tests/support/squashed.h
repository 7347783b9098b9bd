// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// AppImages made by tests: as much of an ELF file as there must be, then the squashfs. They cannot be executed.

#include <elf.h>
#include <string.h>

#include <QByteArray>
#include <QFile>
#include <QProcess>
#include <QStringList>

namespace latchkey::test {

constexpr qsizetype RUNTIME_SIZE = 4096;

// The program part. `sections` is where it says that its section headers are: what follows them is the squashfs.
inline QByteArray appImageRuntime(quint64 sections = RUNTIME_SIZE - 64) {
  Elf64_Ehdr header{};
  memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  memcpy(header.e_ident + 8, "AI\x02", 3);
  header.e_shoff = sections;
  header.e_shnum = 1;
  header.e_shentsize = 64;
  QByteArray bytes(reinterpret_cast<const char*>(&header), sizeof header);
  bytes.resize(RUNTIME_SIZE, '\0');
  return bytes;
}

// `folder` as squashfs, with more words for mksquashfs. Nothing if that fails. `beside`: a path that is free.
inline QByteArray squashed(const QString& folder, const QString& beside, const QStringList& words = {}) {
  QProcess tool;
  tool.start("mksquashfs", QStringList{folder, beside, "-noappend", "-quiet", "-no-progress", "-all-root"} + words);
  if (!tool.waitForFinished() || tool.exitCode() != 0) return {};
  QFile file(beside);
  if (!file.open(QIODevice::ReadOnly)) return {};
  auto bytes = file.readAll();
  file.remove();
  return bytes;
}

}  // namespace latchkey::test
