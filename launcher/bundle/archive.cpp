// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/bundle/archive.h"

#include <errno.h>
#include <unistd.h>

#include <KCompressionDevice>
#include <KFilterBase>
#include <QIODevice>
#include <algorithm>

#include "launcher/bundle/minisign.h"

namespace latchkey {
namespace {

class FileRange final : public QIODevice {
public:
  FileRange(int file, uint64_t at, uint64_t size) : m_file(file), m_at(at), m_end(at + size) {}
  bool isSequential() const override { return true; }
  bool exhausted() const { return m_at == m_end; }

protected:
  qint64 readData(char* bytes, qint64 most) override {
    auto wanted = std::min<uint64_t>(static_cast<uint64_t>(most), m_end - m_at);
    ssize_t count;
    while ((count = pread(m_file, bytes, wanted, static_cast<off_t>(m_at))) < 0 && errno == EINTR) {}
    if (count <= 0) return wanted == 0 ? 0 : -1;
    m_at += static_cast<uint64_t>(count);
    return count;
  }
  qint64 writeData(const char*, qint64) override { return -1; }

private:
  int m_file;
  uint64_t m_at, m_end;
};

KCompressionDevice::CompressionType typeOf(Compression compression) {
  switch (compression) {
    case Compression::Zstd: return KCompressionDevice::Zstd;
    case Compression::Xz: return KCompressionDevice::Xz;
    case Compression::Gzip: return KCompressionDevice::GZip;
    case Compression::Bzip2: return KCompressionDevice::BZip2;
    case Compression::None: return KCompressionDevice::None;
  }
  return KCompressionDevice::None;
}

class Unpacking final : public KCompressionDevice {
public:
  Unpacking(QIODevice* from, Compression compression) : KCompressionDevice(from, false, typeOf(compression)) {}
  // What came from the file and was not used: it stands behind the stream.
  bool anythingOver() { return filterBase()->inBufferAvailable() > 0; }
};

class DigestedFile final : public QIODevice {
public:
  explicit DigestedFile(int file) : m_file(file) {}
  bool isSequential() const override { return true; }
  uint64_t size = 0;
  Digester digester;

protected:
  qint64 readData(char*, qint64) override { return -1; }
  qint64 writeData(const char* bytes, qint64 count) override {
    digester.add({bytes, static_cast<size_t>(count)});
    for (qint64 done = 0; done < count;) {
      auto written = ::write(m_file, bytes + done, static_cast<size_t>(count - done));
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return -1;
      done += written;
    }
    size += static_cast<uint64_t>(count);
    return count;
  }

private:
  int m_file;
};

}  // namespace

struct ArchiveSource::State {
  State(int file, uint64_t at, uint64_t size, Compression compression)
      : range(file, at, size), device(&range, compression) {}
  FileRange range;
  Unpacking device;
  bool open = false;
};

ArchiveSource::ArchiveSource(int file, uint64_t at, uint64_t size, Compression compression)
    : m_state(std::make_unique<State>(file, at, size, compression)) {
  m_state->open = m_state->range.open(QIODevice::ReadOnly | QIODevice::Unbuffered) &&
                  m_state->device.open(QIODevice::ReadOnly);  // It compares the mode as a whole.
}

ArchiveSource::~ArchiveSource() = default;

size_t ArchiveSource::read(char* bytes, size_t size) {
  size_t got = 0;
  while (m_state->open && got < size) {
    auto count = m_state->device.read(bytes + got, static_cast<qint64>(size - got));
    if (count <= 0) break;
    got += static_cast<size_t>(count);
  }
  return got;
}

bool ArchiveSource::ended() {
  char more;
  return read(&more, 1) == 0 && m_state->range.exhausted() && !m_state->device.anythingOver();
}

struct ArchiveSink::State {
  explicit State(int descriptor) : file(descriptor), device(&file, false, KCompressionDevice::Zstd) {}
  DigestedFile file;
  KCompressionDevice device;
  bool sound = false;
  std::string digest = {};
};

ArchiveSink::ArchiveSink(int file) : m_state(std::make_unique<State>(file)) {
  m_state->sound =
      m_state->file.open(QIODevice::WriteOnly | QIODevice::Unbuffered) && m_state->device.open(QIODevice::WriteOnly);
}

ArchiveSink::~ArchiveSink() = default;

bool ArchiveSink::write(std::string_view bytes) {
  auto size = static_cast<qint64>(bytes.size());
  m_state->sound = m_state->sound && m_state->device.write(bytes.data(), size) == size;
  return m_state->sound;
}

bool ArchiveSink::finish() {
  m_state->device.close();
  m_state->sound = m_state->sound && m_state->device.error() == QFileDevice::NoError;
  m_state->digest = m_state->file.digester.finish();
  return m_state->sound;
}

uint64_t ArchiveSink::size() const { return m_state->file.size; }
const std::string& ArchiveSink::digest() const { return m_state->digest; }

}  // namespace latchkey
