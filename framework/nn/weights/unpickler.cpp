#include "framework/nn/weights/unpickler.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "framework/core/error.h"
#include "framework/nn/weights/damage.h"

namespace ag::weights {
namespace {

// The operations known here, by the names that Python's pickle.py and pickletools.py give them.
enum Operation : unsigned char {
  kMark = '(',
  kStop = '.',
  kPop = '0',
  kPopMark = '1',
  kDup = '2',
  kNone = 'N',
  kNewTrue = 0x88,
  kNewFalse = 0x89,
  kBinInt = 'J',
  kBinInt1 = 'K',
  kBinInt2 = 'M',
  kLong1 = 0x8a,
  kLong4 = 0x8b,
  kBinFloat = 'G',
  kBinUnicode = 'X',
  kShortBinUnicode = 0x8c,
  kBinUnicode8 = 0x8d,
  kBinString = 'T',
  kShortBinString = 'U',
  kBinBytes = 'B',
  kShortBinBytes = 'C',
  kEmptyList = ']',
  kEmptyDict = '}',
  kEmptyTuple = ')',
  kTuple = 't',
  kTuple1 = 0x85,
  kTuple2 = 0x86,
  kTuple3 = 0x87,
  kList = 'l',
  kDict = 'd',
  kAppend = 'a',
  kAppends = 'e',
  kSetItem = 's',
  kSetItems = 'u',
  kBinGet = 'h',
  kLongBinGet = 'j',
  kBinPut = 'q',
  kLongBinPut = 'r',
  kMemoize = 0x94,
  kGlobal = 'c',
  kStackGlobal = 0x93,
  kReduce = 'R',
  kBuild = 'b',
  kBinPersid = 'Q',
  kProto = 0x80,
  kFrame = 0x95,
};

// A state dict's pickle has some hundred bytes a tensor. These bounds keep a hostile one from
// taking memory that its size doesn't warrant.
constexpr std::size_t kMostObjects = 1'000'000;
constexpr std::size_t kMostItems = 10'000'000;  // in all containers
constexpr std::size_t kMostStackItems = 1'000'000;
constexpr std::size_t kMostDimensions = 64;
constexpr int kLatestProtocol = 5;

}  // namespace

Pickle Pickle::read(std::string_view bytes, const std::string& where) {
  return Unpickler(bytes, where).run();
}

const PickleObject* Pickle::find(const PickleObject& dictionary, std::string_view key) const {
  const PickleObject* found = nullptr;
  for (std::size_t i = 0; i + 1 < dictionary.items.size(); i += 2) {
    const PickleObject& name = objects_[dictionary.items[i]];
    if (name.kind == PickleObject::Kind::kText && name.text == key) {
      found = &objects_[dictionary.items[i + 1]];
    }
  }
  return found;
}

Pickle Unpickler::run() {
  while (true) {
    const auto operation = static_cast<unsigned char>(take(1).front());
    if (operation == kStop) break;
    const bool known = run_value(operation) || run_text(operation) || run_container(operation) ||
                       run_memo(operation) || run_call(operation);
    if (!known) {
      throw Error(where_,
                  fmt::format("its pickle has the operation 0x{:02x}, which no state dict needs: "
                              "nothing of it was run",
                              operation),
                  "save the weights alone: torch.save(model.state_dict(), …)");
    }
    if (stack_.size() > kMostStackItems) broken("has a stack too large for weights");
  }
  pickle_.root_ = pop();
  pickle_.bytes_ = place_;
  return std::move(pickle_);
}

bool Unpickler::run_value(unsigned char operation) {
  switch (operation) {
    case kProto:
      if (take_unsigned(1) > kLatestProtocol) broken("is of a protocol after 5");
      return true;
    case kFrame:
      take_unsigned(8);
      return true;
    case kNone:
      push({.kind = Kind::kNone});
      return true;
    case kNewTrue:
    case kNewFalse:
      push({.kind = Kind::kNumber, .number = operation == kNewTrue});
      return true;
    case kBinInt:
      push_long(4);
      return true;
    case kBinInt1:
    case kBinInt2:
      push({.kind = Kind::kNumber,
            .number = static_cast<std::int64_t>(take_unsigned(operation == kBinInt1 ? 1 : 2))});
      return true;
    case kLong1:
    case kLong4:
      push_long(take_unsigned(operation == kLong1 ? 1 : 4));
      return true;
    case kBinFloat:
      take(8);
      push({.kind = Kind::kFloat});
      return true;
    default:
      return false;
  }
}

bool Unpickler::run_text(unsigned char operation) {
  int length_bytes = 4;
  switch (operation) {
    case kShortBinUnicode:
    case kShortBinString:
    case kShortBinBytes:
      length_bytes = 1;
      break;
    case kBinUnicode8:
      length_bytes = 8;
      break;
    case kBinUnicode:
    case kBinString:
    case kBinBytes:
      break;
    default:
      return false;
  }
  push({.kind = Kind::kText, .text = std::string(take(take_unsigned(length_bytes)))});
  return true;
}

bool Unpickler::run_container(unsigned char operation) {
  switch (operation) {
    case kEmptyList:
    case kEmptyTuple:
      push_sequence({});
      return true;
    case kList:
    case kTuple:
      push_sequence(pop_to_mark());
      return true;
    case kTuple1:
    case kTuple2:
    case kTuple3:
      push_tuple_of(operation - kTuple1 + 1U);
      return true;
    case kEmptyDict:
      push({.kind = Kind::kDictionary});
      return true;
    case kDict: {
      const std::vector<PickleRef> items = pop_to_mark();
      push({.kind = Kind::kDictionary});
      extend(Kind::kDictionary, items);
      return true;
    }
    case kAppend:
      extend(Kind::kSequence, {pop()});
      return true;
    case kAppends:
      extend(Kind::kSequence, pop_to_mark());
      return true;
    case kSetItem: {
      const PickleRef value = pop();
      const PickleRef key = pop();
      extend(Kind::kDictionary, {key, value});
      return true;
    }
    case kSetItems:
      extend(Kind::kDictionary, pop_to_mark());
      return true;
    default:
      return false;
  }
}

bool Unpickler::run_memo(unsigned char operation) {
  switch (operation) {
    case kMark:
      marks_.push_back(stack_.size());
      if (marks_.size() > kMostStackItems) broken("has too many marks");
      return true;
    case kPop:
      pop();
      return true;
    case kPopMark:
      pop_to_mark();
      return true;
    case kDup:
      push(top());
      return true;
    case kBinPut:
    case kLongBinPut:
      memo_[take_unsigned(operation == kBinPut ? 1 : 4)] = top();
      return true;
    case kMemoize:
      memo_[memo_.size()] = top();
      return true;
    case kBinGet:
    case kLongBinGet: {
      const auto found = memo_.find(take_unsigned(operation == kBinGet ? 1 : 4));
      if (found == memo_.end()) broken("takes up what it never kept");
      push(found->second);
      return true;
    }
    default:
      return false;
  }
}

bool Unpickler::run_call(unsigned char operation) {
  switch (operation) {
    case kGlobal: {
      const std::string module(take_line());
      push_global(fmt::format("{}.{}", module, take_line()));
      return true;
    }
    case kStackGlobal: {
      const PickleRef name = pop();
      const PickleRef module = pop();
      if (at(name).kind != Kind::kText || at(module).kind != Kind::kText) {
        broken("names something by no text");
      }
      push_global(fmt::format("{}.{}", at(module).text, at(name).text));
      return true;
    }
    case kReduce:
      call();
      return true;
    case kBuild:
      set_state();
      return true;
    case kBinPersid:
      push_storage();
      return true;
    default:
      return false;
  }
}

std::string_view Unpickler::take(std::uint64_t count) {
  if (count > bytes_.size() - place_) broken("is cut");
  const std::string_view taken = bytes_.substr(place_, count);
  place_ += count;
  return taken;
}

std::string_view Unpickler::take_line() {
  const std::size_t end = bytes_.find('\n', place_);
  if (end == std::string_view::npos) broken("is cut");
  const std::string_view line = take(end - place_);
  take(1);
  return line;
}

std::uint64_t Unpickler::take_unsigned(int bytes) {
  std::uint64_t value = 0;
  int shift = 0;
  for (const char byte : take(static_cast<std::uint64_t>(bytes))) {
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(byte)) << shift;
    shift += 8;
  }
  return value;
}

void Unpickler::push_long(std::uint64_t bytes) {
  const std::string_view digits = take(bytes);
  if (bytes > sizeof(std::int64_t)) {
    push({.kind = Kind::kText, .text = std::string(digits)});
    return;
  }
  const bool negative = !digits.empty() && (static_cast<unsigned char>(digits.back()) & 0x80U) != 0;
  std::uint64_t value = negative ? ~std::uint64_t{0} : 0;
  for (auto byte = digits.rbegin(); byte != digits.rend(); ++byte) {
    value = (value << 8U) | static_cast<unsigned char>(*byte);
  }
  push({.kind = Kind::kNumber, .number = static_cast<std::int64_t>(value)});
}

PickleRef Unpickler::make(PickleObject object) {
  if (pickle_.objects_.size() >= kMostObjects) broken("holds too many objects for weights");
  count_items(object.items.size());
  pickle_.objects_.push_back(std::move(object));
  return static_cast<PickleRef>(pickle_.objects_.size() - 1);
}

PickleRef Unpickler::pop() {
  const PickleRef ref = top();
  stack_.pop_back();
  return ref;
}

PickleRef Unpickler::top() const {
  const std::size_t bottom = marks_.empty() ? 0 : marks_.back();
  if (stack_.size() <= bottom) broken("takes from an empty stack");
  return stack_.back();
}

std::vector<PickleRef> Unpickler::pop_to_mark() {
  if (marks_.empty()) broken("misses a mark");
  const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
  marks_.pop_back();
  std::vector<PickleRef> items(begin, stack_.end());
  stack_.erase(begin, stack_.end());
  return items;
}

void Unpickler::push_sequence(std::vector<PickleRef> items) {
  push({.kind = Kind::kSequence, .text = {}, .items = std::move(items)});
}

void Unpickler::push_tuple_of(std::size_t count) {
  std::vector<PickleRef> items;
  for (std::size_t i = 0; i < count; ++i) items.push_back(pop());
  std::ranges::reverse(items);
  push_sequence(std::move(items));
}

void Unpickler::extend(Kind kind, const std::vector<PickleRef>& items) {
  PickleObject& container = at(top());
  const bool pairs = kind != Kind::kDictionary || items.size() % 2 == 0;
  if (container.kind != kind || !pairs) broken("fills something that isn't a container");
  count_items(items.size());
  container.items.insert(container.items.end(), items.begin(), items.end());
}

void Unpickler::count_items(std::size_t added) {
  items_ += added;
  if (items_ > kMostItems) broken("holds too many items for weights");
}

std::int64_t Unpickler::number(PickleRef ref) {
  if (at(ref).kind != Kind::kNumber) broken("has something else where a number belongs");
  return at(ref).number;
}

const std::vector<PickleRef>& Unpickler::sequence(PickleRef ref) {
  if (at(ref).kind != Kind::kSequence) broken("has something else where a tuple belongs");
  return at(ref).items;
}

std::vector<std::int64_t> Unpickler::numbers(PickleRef ref) {
  if (sequence(ref).size() > kMostDimensions) broken("has a tensor of too many dimensions");
  std::vector<std::int64_t> values;
  for (const PickleRef item : sequence(ref)) values.push_back(number(item));
  return values;
}

void Unpickler::broken(const std::string& what) const {
  throw Error(where_, fmt::format("its pickle {} at byte {}", what, place_), kMendDamage);
}

}  // namespace ag::weights
