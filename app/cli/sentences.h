// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A rule as one sentence: "GIMP may read and write everything in ~/Pictures, until you take it back." Fit to be shown.

#include <string>

#include "broker/schema/person.capnp.h"

namespace latchkey::cli {

std::string sentenceOf(schema::Grant::Reader grant, std::string_view home);
std::string sentenceOf(schema::Refusal::Reader refusal, std::string_view home);
std::string sentenceOf(schema::Rule::Reader rule, std::string_view home);

// "by answering a question", "by typing it", ...: how the person came to say so.
std::string originWords(schema::Origin origin);

}  // namespace latchkey::cli
