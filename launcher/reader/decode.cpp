// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/reader/decode.h"

#include <KArchiveDirectory>
#include <KCompressionDevice>
#include <KTar>
#include <KZip>
#include <QBuffer>
#include <QImageReader>
#include <QStringDecoder>
#include <memory>

namespace latchkey::reader {
namespace {

constexpr int MAX_SOURCE_SIDE = 16384;
constexpr qint64 MAX_SOURCE_PIXELS = 64 << 20;
constexpr int MEGABYTES = 256;
constexpr qsizetype MAX_TEXT = 4096;
constexpr int MAX_NAMES = 100;

bool isOneOf(const QByteArray& format) {
  static const QList<QByteArray> known = {"png", "svg",  "svgz", "xpm", "jpg", "jpeg",
                                          "gif", "webp", "bmp",  "ico", "icns"};
  return known.contains(format);
}

// Qt knows no clipping paths and paints what they are made of, black, where they stand outside `defs` - in icons of
// GNOME a rectangle over everything. As definitions they are left alone.
QByteArray withoutClips(QByteArray bytes) {
  if (!bytes.contains("<svg") || !bytes.contains("<clipPath")) return bytes;
  return bytes.replace("<clipPath", "<defs").replace("</clipPath", "</defs");
}

void collect(const KArchiveDirectory& directory, const QString& prefix, int depth, QByteArrayList& names) {
  auto entries = directory.entries();
  entries.sort();
  for (auto& name : entries) {
    if (names.size() >= MAX_NAMES) return;
    auto entry = directory.entry(name);
    if (entry == nullptr) continue;
    if (!entry->isDirectory()) names << (prefix + name).toUtf8();
    else if (depth < 20) collect(static_cast<const KArchiveDirectory&>(*entry), prefix + name + "/", depth + 1, names);
  }
}

QByteArray namesIn(KArchive& archive) {
  if (!archive.open(QIODevice::ReadOnly) || archive.directory() == nullptr) return {};
  QByteArrayList names;
  collect(*archive.directory(), {}, 0, names);
  return names.join('\n');
}

// What the first bytes say the data is packed with. Never by name: there is none.
std::optional<KCompressionDevice::CompressionType> packing(const QByteArray& bytes) {
  if (bytes.startsWith("\x1f\x8b")) return KCompressionDevice::GZip;
  if (bytes.startsWith("BZh")) return KCompressionDevice::BZip2;
  if (bytes.startsWith("\xfd"
                       "7zXZ"))
    return KCompressionDevice::Xz;
  if (bytes.startsWith("\x28\xb5\x2f\xfd")) return KCompressionDevice::Zstd;
  return {};
}

bool looksLikeTar(const QByteArray& bytes) { return bytes.size() > 512 && bytes.mid(257, 5) == "ustar"; }

}  // namespace

QImage decodeImage(const QByteArray& bytes, int side) {
  QBuffer buffer;
  buffer.setData(withoutClips(bytes));
  buffer.open(QIODevice::ReadOnly);
  QImageReader reader(&buffer);
  reader.setDecideFormatFromContent(true);
  reader.setAutoTransform(true);
  QImageReader::setAllocationLimit(MEGABYTES);
  if (!reader.canRead() || !isOneOf(reader.format())) return {};
  auto size = reader.size();
  bool vector = reader.format().startsWith("svg");
  if (size.isValid() && !size.isEmpty()) {
    bool huge = size.width() > MAX_SOURCE_SIDE || size.height() > MAX_SOURCE_SIDE ||
                qint64{size.width()} * size.height() > MAX_SOURCE_PIXELS;
    if (huge && !vector) return {};
    if (vector || size.width() > side || size.height() > side) {
      auto scaled = size.scaled(side, side, Qt::KeepAspectRatio).expandedTo({1, 1});
      reader.setScaledSize(scaled);
    }
  } else if (vector) {
    reader.setScaledSize({side, side});
  }
  auto image = reader.read();
  if (image.isNull()) return {};
  if (image.width() > side || image.height() > side)
    image = image.scaled(side, side, Qt::KeepAspectRatio, Qt::SmoothTransformation);
  return image.convertToFormat(QImage::Format_RGBA8888);
}

QByteArray firstLines(const QByteArray& bytes) {
  auto start = bytes.first(std::min(bytes.size(), MAX_TEXT));
  if (start.isEmpty() || start.contains('\0')) return {};
  QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
  QString text = decoder.decode(start);
  // A character may be cut in two at the end; anything else that is wrong means it is no text.
  auto wrong = text.count(QChar::ReplacementCharacter);
  if (wrong > (bytes.size() > MAX_TEXT ? 1 : 0)) return {};
  auto controls = std::ranges::count_if(
      text, [](QChar c) { return c.unicode() < 0x20 && c != u'\n' && c != u'\r' && c != u'\t' && c != u'\f'; });
  if (controls > text.size() / 20) return {};
  return text.split('\n').mid(0, 40).join('\n').toUtf8();
}

QByteArray firstNames(const QByteArray& bytes) {
  QBuffer buffer;
  buffer.setData(bytes);
  if (bytes.startsWith("PK\x03\x04") || bytes.startsWith("PK\x05\x06")) {
    KZip zip(&buffer);
    return namesIn(zip);
  }
  if (looksLikeTar(bytes)) {
    KTar tar(&buffer);
    return namesIn(tar);
  }
  auto packed = packing(bytes);
  if (!packed) return {};
  // A bomb unpacks into the reader's own limits of memory and time.
  KCompressionDevice device(&buffer, false, *packed);
  KTar tar(&device);
  return namesIn(tar);
}

}  // namespace latchkey::reader
