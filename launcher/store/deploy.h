// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// One version of an app as it lies in the store: a folder with what vouches for it (list, signature, key), what was
// said of it (report), and the files as the list has them.

#include <string>

#include "launcher/store/installed.h"
#include "launcher/store/objects.h"

namespace latchkey::store {

// What vouches for a version, and what is said of it. All a store needs beside contents by digest.
struct Papers {
  std::string list = {};
  std::string signature = {};
  PublicKey signer = {};
  std::string report = {};  // As reportBytes() writes it.

  // Nothing if the signature is not that of the signer over the list.
  static std::variant<DigestList, BundleProblem> check(const Papers& papers);
  std::string deployName(const DigestList& list) const;
};

// Makes the folder `name` of it. Every object is there by now.
void buildDeploy(int folder, const std::string& name, const Papers& papers, const DigestList& list, Objects& objects,
                 const Step& step);

// Of the deploy in this folder, without looking whether they are right. Nothing if one is missing.
kj::Maybe<Papers> readPapers(int deploy);
void writePapers(int deploy, const Papers& papers);

// The folder an entry lies in, and its name there.
struct Lying {
  kj::AutoCloseFd folder;
  std::string name;
};
Lying whereIn(int deploy, const std::string& path);

}  // namespace latchkey::store
