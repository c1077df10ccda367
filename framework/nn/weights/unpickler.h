// The stack machine behind Pickle::read. Internal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "framework/nn/weights/pickle.h"

namespace ag::weights {

class Unpickler {
 public:
  Unpickler(std::string_view bytes, const std::string& where) : bytes_(bytes), where_(where) {}

  Pickle run();

 private:
  using Kind = PickleObject::Kind;

  // One operation each group; false where the operation is none of it.
  bool run_value(unsigned char operation);
  bool run_text(unsigned char operation);
  bool run_container(unsigned char operation);
  bool run_memo(unsigned char operation);
  bool run_call(unsigned char operation);

  // Reading: the next bytes of the pickle.
  std::string_view take(std::uint64_t count);
  std::string_view take_line();
  std::uint64_t take_unsigned(int bytes);  // little-endian
  void push_long(std::uint64_t bytes);     // two's complement, any length

  // The stack.
  PickleRef make(PickleObject object);
  void push(PickleRef ref) { stack_.push_back(ref); }
  void push(PickleObject object) { push(make(std::move(object))); }
  PickleRef pop();
  PickleRef top() const;
  std::vector<PickleRef> pop_to_mark();
  PickleObject& at(PickleRef ref) { return pickle_.objects_[ref]; }

  // Containers.
  void push_sequence(std::vector<PickleRef> items);
  void push_tuple_of(std::size_t count);
  void count_items(std::size_t added);
  void extend(Kind kind, const std::vector<PickleRef>& items);

  // Calls (unpickler_calls.cpp).
  void push_global(const std::string& name);
  void call();
  PickleRef make_dictionary(const std::vector<PickleRef>& arguments);
  PickleRef make_tensor(const std::vector<PickleRef>& arguments);
  void set_state();
  void push_storage();

  std::int64_t number(PickleRef ref);
  std::vector<std::int64_t> numbers(PickleRef ref);
  const std::vector<PickleRef>& sequence(PickleRef ref);

  [[noreturn]] void refuse_name(const std::string& name) const;
  [[noreturn]] void broken(const std::string& what) const;

  std::string_view bytes_;
  const std::string& where_;
  std::size_t place_ = 0;
  std::size_t items_ = 0;
  std::vector<PickleRef> stack_;
  std::vector<std::size_t> marks_;  // the stack's sizes at each
  std::unordered_map<std::uint64_t, PickleRef> memo_;
  Pickle pickle_;
};

}  // namespace ag::weights
