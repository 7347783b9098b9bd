// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The decoders, as they run inside the confined reader. Whatever they are given, they answer something bounded or
// nothing.

#include <QByteArray>
#include <QImage>

namespace latchkey::reader {

// The picture, its longest side at most `side`; null if it is none, or too large to be looked at.
QImage decodeImage(const QByteArray& bytes, int side);

// First lines of what is text; empty if it is not.
QByteArray firstLines(const QByteArray& bytes);

// First names in a zip or tar archive, one a line; empty if it is none.
QByteArray firstNames(const QByteArray& bytes);

}  // namespace latchkey::reader
