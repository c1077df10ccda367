#include "framework/loader/loader.h"

#include <pthread.h>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "framework/core/error.h"
#include "framework/core/stopwatch.h"
#include "framework/data/epoch_order.h"
#include "framework/data/picture.h"
#include "framework/loader/picture_cache.h"
#include "framework/loader/row_maker.h"

namespace ag::loader {
namespace {

constexpr std::int64_t kMegabyte = 1'000'000;
// Rows that a thread takes at a time: few enough to share a small batch, many enough that taking
// them costs nothing.
constexpr std::int64_t kRowsAtATime = 4;

// Pictures of `split` that the cache has room for: the training and the validation split share the
// budget by their sizes; what is seen once only isn't kept, nor what needs no decoding.
std::int64_t cache_capacity(const data::Dataset& dataset, const data::DatasetConfig& config,
                            data::Split split) {
  const data::DatasetInfo& info = dataset.info();
  const bool as_stored = info.encoding == data::Encoding::kRaw && info.width == config.size &&
                         info.height == config.size;
  if (as_stored || split == data::Split::kTest) return 0;
  const std::int64_t room =
      config.cache_mb * kMegabyte / (config.size * config.size * data::kChannels);
  const std::int64_t samples = dataset.size(split);
  const std::int64_t all =
      dataset.size(data::Split::kTrain) + dataset.size(data::Split::kValidation);
  if (room >= all) return samples;
  return static_cast<std::int64_t>(static_cast<double>(room) * static_cast<double>(samples) /
                                   static_cast<double>(all));
}

data::BatchPlan batch_plan(const data::Dataset& dataset, const LoaderPlan& plan) {
  const std::int64_t samples = dataset.size(plan.split);
  if (samples == 0) {
    throw Error(dataset.folder().string(),
                std::string("the ") + data::split_name(plan.split) + " split has no pictures",
                "make the data set anew with another split");
  }
  return plan.training
             ? data::BatchPlan::training(samples, plan.global_batch, plan.rank, plan.ranks)
             : data::BatchPlan::evaluation(samples, plan.global_batch, plan.rank, plan.ranks);
}

std::vector<std::uint8_t> training_ages(const data::Dataset& dataset) {
  std::vector<std::uint8_t> ages;
  for (std::int64_t i = 0; i < dataset.size(data::Split::kTrain); ++i) {
    ages.push_back(static_cast<std::uint8_t>(dataset.labels(data::Split::kTrain, i).age));
  }
  return ages;
}

data::EpochOrder epoch_order(const data::Dataset& dataset, const data::DatasetConfig& config,
                             const LoaderPlan& plan) {
  if (plan.training && config.balance == "age_band") {
    return data::EpochOrder::balanced(plan.seed, training_ages(dataset),
                                      data::balance_bands(config));
  }
  return data::EpochOrder::shuffled(plan.seed,
                                    static_cast<std::uint32_t>(dataset.size(plan.split)));
}

// A place in the run: step `step` of epoch `epoch`.
struct Place {
  std::uint32_t epoch = 0;
  std::int64_t step = 0;
  bool operator==(const Place&) const = default;
};

struct Slot {
  Batch batch;
  data::BatchRows rows;
  std::int64_t claimed = 0;  // rows that a thread works on or has done
  std::int64_t done = 0;
};

// Rows [first, first + count) of a slot, given to one thread.
struct Claim {
  Slot* slot = nullptr;
  std::int64_t first = 0;
  std::int64_t count = 0;
};

}  // namespace

// Batches are numbered from the last start(): batch n lies in slot n mod slots. Threads claim rows
// of batch opened_ - 1 and open the next when all are claimed and its slot is free. Everything
// below the mutex is guarded by it, but for the rows of a slot, which belong to who claimed them.
class Loader::Engine {
 public:
  Engine(const data::Dataset& dataset, const data::DatasetConfig& config,
         const data::AugmentConfig& augment, const LoaderPlan& plan);

  const data::BatchPlan& plan() const { return batches_; }
  std::int64_t cached() const { return cache_.kept(); }

  void start(Place place);
  const Batch& next();
  double waited_seconds() const { return waited_seconds_; }

 private:
  void work(const std::stop_token& stop);  // a thread's all
  void fill_slots(const std::stop_token& stop);
  void fill(const Claim& claim, RowMaker& maker) const;
  data::Draw draw_at(const Slot& slot, std::int64_t row) const;

  // These with the mutex held.
  bool claimable() const;
  Claim claim();
  void open();
  bool next_is_ready() const;
  Place normal(Place place) const;
  std::size_t slot_of(std::int64_t batch) const;

  const LoaderPlan plan_;
  const data::BatchPlan batches_;
  const data::EpochOrder order_;
  PictureCache cache_;
  const RowSource source_;
  double waited_seconds_ = 0;

  std::mutex mutex_;
  std::condition_variable_any may_claim_;
  std::condition_variable row_done_;
  std::vector<Slot> slots_;
  std::int64_t opened_ = 0;    // batches
  std::int64_t returned_ = 0;  // batches whose slots the caller has given back
  std::int64_t taken_ = 0;     // batches that the caller has had
  std::int64_t steps_left_ = 0;
  Place to_open_;
  Place to_take_;
  int working_ = 0;  // threads with a claim
  bool running_ = false;
  std::exception_ptr error_;           // once set, nothing is claimed any more and next() throws it
  std::vector<std::jthread> threads_;  // last: joined before anything they use goes
};

Loader::Engine::Engine(const data::Dataset& dataset, const data::DatasetConfig& config,
                       const data::AugmentConfig& augment, const LoaderPlan& plan)
    : plan_(plan),
      batches_(batch_plan(dataset, plan)),
      order_(epoch_order(dataset, config, plan)),
      cache_(cache_capacity(dataset, config, plan.split), static_cast<int>(config.size)),
      source_{dataset,
              plan.split,
              static_cast<int>(config.size),
              plan.training ? std::optional(augment) : std::nullopt,
              plan.seed,
              cache_} {
  for (std::int64_t i = 0; i <= config.prefetch; ++i) {
    slots_.push_back({make_batch(batches_.rows(), config.size, plan.pinned), {}, 0, 0});
  }
  for (std::int64_t i = 0; i < config.workers; ++i) {
    threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
    pthread_setname_np(threads_.back().native_handle(), ("ag-load-" + std::to_string(i)).c_str());
  }
}

void Loader::Engine::start(Place place) {
  std::unique_lock lock(mutex_);
  if (place.step < 0 || place.step > batches_.steps()) {
    throw Error("loader", "an epoch of " + std::to_string(batches_.steps()) +
                              " steps can't begin at step " + std::to_string(place.step));
  }
  steps_left_ = batches_.steps() - place.step;
  if (running_ && to_take_ == normal(place)) return;
  running_ = false;
  row_done_.wait(lock, [this] { return working_ == 0 || error_; });
  opened_ = returned_ = taken_ = 0;
  to_open_ = to_take_ = normal(place);
  running_ = true;
  may_claim_.notify_all();
}

const Batch& Loader::Engine::next() {
  std::unique_lock lock(mutex_);
  if (steps_left_ == 0) throw Error("loader", "no step is left in the epoch", "call start() first");
  if (returned_ < taken_) {
    returned_ = taken_;
    may_claim_.notify_all();
  }
  if (!error_ && !next_is_ready()) {
    const Stopwatch watch;
    row_done_.wait(lock, [this] { return error_ || next_is_ready(); });
    waited_seconds_ += watch.seconds();
  }
  if (error_) std::rethrow_exception(error_);
  const Slot& slot = slots_[slot_of(taken_++)];
  --steps_left_;
  to_take_ = normal({to_take_.epoch, to_take_.step + 1});
  return slot.batch;
}

void Loader::Engine::work(const std::stop_token& stop) {
  try {
    fill_slots(stop);
  } catch (...) {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = std::current_exception();
    row_done_.notify_one();
  }
}

void Loader::Engine::fill_slots(const std::stop_token& stop) {
  RowMaker maker(source_);
  std::unique_lock lock(mutex_);
  while (may_claim_.wait(lock, stop, [this] { return claimable(); })) {
    const Claim claimed = claim();
    ++working_;
    lock.unlock();
    fill(claimed, maker);
    lock.lock();
    --working_;
    claimed.slot->done += claimed.count;
    if (claimed.slot->done == batches_.rows() || !running_) row_done_.notify_one();
  }
}

void Loader::Engine::fill(const Claim& claim, RowMaker& maker) const {
  Batch& batch = claim.slot->batch;
  const std::size_t numbers =
      static_cast<std::size_t>(source_.size) * source_.size * data::kChannels;
  float* pictures = batch.pictures.mutable_data_ptr<float>();
  std::int64_t* ages = batch.age.mutable_data_ptr<std::int64_t>();
  std::int64_t* genders = batch.gender.mutable_data_ptr<std::int64_t>();
  for (std::int64_t row = claim.first; row < claim.first + claim.count; ++row) {
    const std::span<float> picture(pictures + static_cast<std::size_t>(row) * numbers, numbers);
    data::SampleLabels labels;
    if (row < batch.real) {
      const data::Draw draw = draw_at(*claim.slot, row);
      const std::uint32_t chance = draw.sample + draw.repetition * order_.count();
      batch.samples[static_cast<std::size_t>(row)] = chance;
      labels = maker.make(batch.epoch, draw.sample, chance, picture);
    } else {
      std::fill(picture.begin(), picture.end(), 0.0f);
    }
    ages[row] = labels.age;
    genders[row] = labels.gender;
  }
}

data::Draw Loader::Engine::draw_at(const Slot& slot, std::int64_t row) const {
  const auto position = static_cast<std::uint32_t>(slot.rows.first + row);
  return plan_.training ? order_.at(slot.batch.epoch, position) : data::Draw{position, 0};
}

bool Loader::Engine::claimable() const {
  if (!running_ || error_ || batches_.steps() == 0) return false;
  if (opened_ > 0 && slots_[slot_of(opened_ - 1)].claimed < batches_.rows()) return true;
  return opened_ - returned_ < static_cast<std::int64_t>(slots_.size());
}

Claim Loader::Engine::claim() {
  if (opened_ == 0 || slots_[slot_of(opened_ - 1)].claimed == batches_.rows()) open();
  Slot& slot = slots_[slot_of(opened_ - 1)];
  const Claim claim{&slot, slot.claimed, std::min(kRowsAtATime, batches_.rows() - slot.claimed)};
  slot.claimed += claim.count;
  return claim;
}

void Loader::Engine::open() {
  Slot& slot = slots_[slot_of(opened_)];
  slot.rows = batches_.at(to_open_.step);
  slot.claimed = 0;
  slot.done = 0;
  slot.batch.real = slot.rows.real;
  slot.batch.global_real = slot.rows.global_real;
  slot.batch.epoch = to_open_.epoch;
  slot.batch.step = slot.rows.batch;
  slot.batch.samples.resize(static_cast<std::size_t>(slot.rows.real));
  ++opened_;
  to_open_ = normal({to_open_.epoch, to_open_.step + 1});
}

bool Loader::Engine::next_is_ready() const {
  return taken_ < opened_ && slots_[slot_of(taken_)].done == batches_.rows();
}

// The end of an epoch is the beginning of the next.
Place Loader::Engine::normal(Place place) const {
  return place.step < batches_.steps() ? place : Place{place.epoch + 1, 0};
}

std::size_t Loader::Engine::slot_of(std::int64_t batch) const {
  return static_cast<std::size_t>(batch) % slots_.size();
}

Loader::Loader(const data::Dataset& dataset, const data::DatasetConfig& config,
               const data::AugmentConfig& augment, const LoaderPlan& plan)
    : engine_(std::make_unique<Engine>(dataset, config, augment, plan)) {}
Loader::~Loader() = default;

const data::BatchPlan& Loader::plan() const {
  return engine_->plan();
}

void Loader::start(std::uint32_t epoch, std::int64_t first_step) {
  engine_->start({epoch, first_step});
}

const Batch& Loader::next() {
  return engine_->next();
}

double Loader::waited_seconds() const {
  return engine_->waited_seconds();
}

std::int64_t Loader::cached() const {
  return engine_->cached();
}

}  // namespace ag::loader
