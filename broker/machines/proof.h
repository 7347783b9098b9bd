// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Proofs that one knows an invitation's secret: HMAC-SHA-256 of a letter and the transcript of the exchange, in which
// both certificates stand. The letter keeps one side's proof from being sent back to it as the other's.

#include <string>
#include <string_view>

namespace latchkey {

constexpr char JOINS = 'j', INVITED = 'i';

std::string proofOf(std::string_view secret, char letter, std::string_view transcript);
// In the same time wherever they differ.
bool isProof(std::string_view shown, std::string_view secret, char letter, std::string_view transcript);

}  // namespace latchkey
