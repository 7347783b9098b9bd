// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Between what the broker says and what a file of rules says. The home is another one on another machine.

#include "app/rules/rules-file.h"
#include "broker/schema/person.capnp.h"

namespace latchkey {

struct Carried {
  std::vector<FileRule> rules{};
  size_t left = 0;  // What ends with a running program, is about neither files nor the network, or has a name that is
                    // no text.
};

// `comment` says in words what the rule says.
void carry(schema::Grant::Reader grant, const std::string& home, std::string comment, Carried& into);
void carry(schema::Refusal::Reader refusal, const std::string& home, std::string comment, Carried& into);

// Of a rule as parseRules() gives it. A time that has passed is for the broker to refuse, with all else that cannot be.
void fill(schema::Rule::Builder rule, const FileRule& from, const std::string& home);

}  // namespace latchkey
