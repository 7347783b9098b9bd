// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the confined process said of a bundle (broker/schema/bundle.capnp), and the memory it lies in.

#include <capnp/message.h>
#include <capnp/serialize.h>

#include "broker/schema/bundle.capnp.h"

namespace latchkey {

class BundleReport {
public:
  explicit BundleReport(kj::Array<capnp::word> words) : m_words(kj::mv(words)), m_message(m_words) {}
  schema::BundleReport::Reader get() { return m_message.getRoot<schema::BundleReport>(); }
  // As they were answered.
  kj::ArrayPtr<const kj::byte> bytes() const { return m_words.asBytes(); }

private:
  kj::Array<capnp::word> m_words;
  capnp::FlatArrayMessageReader m_message;
};

}  // namespace latchkey
