// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Bundles to test with: sound ones, and ones that no builder of ours would make - written with the same signature that
// an attacker with a key of their own has.

#include <QByteArray>
#include <QString>
#include <QTemporaryDir>
#include <functional>
#include <string>
#include <vector>

#include "launcher/bundle/bundler.h"
#include "launcher/bundle/digest-list.h"

namespace latchkey::test {

struct Part {
  BundleEntry entry;
  std::string content = {};
};

Part file(const std::string& path, const std::string& content, bool executable = false);
Part folder(const std::string& path);
Part linkTo(const std::string& path, const std::string& target);

// The least that is a bundle, around what a test is about. Sorted as they have to be.
std::vector<Part> soundParts(std::vector<Part> more = {}, const std::string& manifest = {});
std::string soundManifest(const std::string& more = {});

struct Bench {
  Bench();
  QString path(const QString& name) const { return root.path() + "/" + name; }

  // A list and archive of the parts, whatever they are. Sorting is the caller's.
  struct Raw {
    std::string list;
    std::string archive;  // Packed.
  };
  static Raw rawOf(const std::vector<Part>& parts);
  static std::string packed(const std::string& bytes);
  static std::string tarOf(const std::vector<Part>& parts);
  // The list of the parts, for an archive of somebody's own.
  static std::string listFor(const std::vector<Part>& parts, const std::string& packedArchive);
  // Signed by `key`, written to a file.
  QString write(const Raw& raw, const SecretKey& signer, const QString& name = "x.latchkey") const;
  QString write(const Raw& raw) const { return write(raw, key); }

  // Why it is refused; empty if it is not. With unpacking into a fresh folder `out`.
  QByteArray problemOf(const QString& file, const std::optional<PublicKey>& expected = {}) const;
  // The same of a survey of these parts, laid where it looks for them; `meanwhile` may change what lies there.
  QByteArray problemOfSurvey(const std::vector<Part>& parts,
                             const std::function<void(const QString& folder)>& meanwhile = {}) const;
  // What lies in `out` after problemOf(), by find(1)'s order of names.
  QStringList left() const;

  QTemporaryDir root;
  SecretKey key = SecretKey::generate();
};

QByteArray contentOf(const QString& file);
void put(const QString& file, const QByteArray& content, bool executable = false);

}  // namespace latchkey::test
