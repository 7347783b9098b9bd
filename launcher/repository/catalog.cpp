// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/repository/catalog.h"

#include <algorithm>
#include <format>
#include <tuple>

#include "broker/base/numbers.h"
#include "broker/base/text.h"
#include "launcher/bundle/bundle-id.h"

namespace latchkey::repository {
namespace {

constexpr const char* TITLE = "latchkey catalog 1";
constexpr size_t MAX_NAME = 400, MAX_SUMMARY = 1200;  // Bytes; the manifest counts 100 and 300 characters.
constexpr size_t MAX_LANGUAGES = 200;

bool isShown(std::string_view text, size_t most) { return text.size() <= most && escaped(text) == text; }

bool isLanguage(std::string_view text) {
  return !text.empty() && text.size() <= 32 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '@' ||
           c == '-';
  });
}

bool goesBefore(const Offer& one, const Offer& other) {
  return std::tie(one.id, one.channel) < std::tie(other.id, other.channel);
}

std::optional<Offer> offerOf(Lines& lines) {
  auto app = lines.next("app", 5);
  bool isRuntime = !app;
  if (isRuntime) app = lines.next("runtime", 5);
  auto signer = lines.next("signer", 2), list = lines.next("list", 4), signature = lines.next("signature", 4),
       chunks = lines.next("chunks", 4), name = lines.next("name", 2), summary = lines.next("summary", 2);
  if (!app || !signer || !list || !signature || !chunks || !name || !summary) return {};
  auto bytes = numberFrom<uint64_t>((*app)[4]);
  auto key = PublicKey::parse((*signer)[1]);
  auto listBlob = Blob::of(*list, 1), signatureBlob = Blob::of(*signature, 1), chunksBlob = Blob::of(*chunks, 1);
  if (!isBundleId((*app)[1]) || !isChannel((*app)[2]) || !isBundleVersion((*app)[3]) || !bytes || !key || !listBlob ||
      !signatureBlob || signatureBlob->size > Signature::MAX_SIZE || !chunksBlob || !isShown((*name)[1], MAX_NAME) ||
      !isShown((*summary)[1], MAX_SUMMARY))
    return {};
  Offer offer{.isRuntime = isRuntime,
              .id = std::string((*app)[1]),
              .channel = std::string((*app)[2]),
              .version = std::string((*app)[3]),
              .bytes = *bytes,
              .signer = *key,
              .list = *listBlob,
              .signature = *signatureBlob,
              .chunks = *chunksBlob,
              .name = std::string((*name)[1]),
              .summary = std::string((*summary)[1])};
  while (auto words = lines.next("translation", 4)) {
    auto& parts = *words;
    if (!isLanguage(parts[1]) || !isShown(parts[2], MAX_NAME) || !isShown(parts[3], MAX_SUMMARY) ||
        offer.translations.size() == MAX_LANGUAGES)
      return {};
    if (!offer.translations.empty() && offer.translations.back().language >= parts[1]) return {};
    offer.translations.push_back({std::string(parts[1]), std::string(parts[2]), std::string(parts[3])});
  }
  return offer;
}

std::string lowered(std::string_view text) {
  std::string all(text);
  for (auto& c : all) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return all;
}

}  // namespace

std::string Offer::text() const {
  auto all = std::format("{}\t{}\t{}\t{}\t{}\nsigner\t{}\nlist\t{}\nsignature\t{}\nchunks\t{}\nname\t{}\nsummary\t{}\n",
                         isRuntime ? "runtime" : "app", id, channel, version, bytes, signer.line(), list.text(),
                         signature.text(), chunks.text(), name, summary);
  for (auto& words : translations)
    all += std::format("translation\t{}\t{}\t{}\n", words.language, words.name, words.summary);
  return all;
}

std::variant<Catalog, Problem> Catalog::parse(std::string_view text) {
  Catalog catalog;
  auto malformed = [&] {
    return Problem{std::format("the catalog of the repository is malformed after {} apps", catalog.offers.size())};
  };
  Lines lines(text);
  auto title = lines.next(TITLE, 1), repository = lines.next("repository", 2);
  if (text.size() > MAX_SIZE || !title || !repository || !isDottedName((*repository)[1])) return malformed();
  catalog.repository = (*repository)[1];
  while (lines.any()) {
    auto offer = offerOf(lines);
    if (!offer || catalog.offers.size() == MAX_OFFERS) return malformed();
    if (!catalog.offers.empty() && !goesBefore(catalog.offers.back(), *offer)) return malformed();
    catalog.offers.push_back(std::move(*offer));
  }
  if (catalog.text() != text) return malformed();
  return catalog;
}

std::string Catalog::text() const {
  auto all = std::format("{}\nrepository\t{}\n", TITLE, repository);
  for (auto& offer : offers) all += offer.text();
  return all;
}

const Offer* Catalog::find(std::string_view id, std::string_view channel) const {
  Offer wanted{.id = std::string(id), .channel = std::string(channel)};
  auto at = std::ranges::lower_bound(offers, wanted, goesBefore);
  return at != offers.end() && at->id == id && at->channel == channel ? &*at : nullptr;
}

std::vector<const Offer*> Catalog::search(const std::vector<std::string>& words) const {
  std::vector<const Offer*> found;
  for (auto& offer : offers) {
    if (offer.isRuntime) continue;
    auto text = offer.id + "\n" + offer.name + "\n" + offer.summary;
    for (auto& words : offer.translations) text += "\n" + words.name + "\n" + words.summary;
    text = lowered(text);
    if (std::ranges::all_of(words, [&](auto& word) { return text.find(lowered(word)) != text.npos; }))
      found.push_back(&offer);
  }
  return found;
}

void Catalog::put(Offer offer) {
  auto at = std::ranges::lower_bound(offers, offer, goesBefore);
  if (at != offers.end() && !goesBefore(offer, *at)) *at = std::move(offer);
  else offers.insert(at, std::move(offer));
}

}  // namespace latchkey::repository
