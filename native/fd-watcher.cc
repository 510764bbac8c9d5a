#include "fd-watcher.h"

#include <uv.h>

#include "arguments.h"
#include "errors.h"

namespace tsbt {
namespace {

// new FdWatcher(fd, callback): level-triggered, and keeps the event loop alive until close().
class FdWatcher : public Napi::ObjectWrap<FdWatcher> {
 public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(env, "FdWatcher", {InstanceMethod<&FdWatcher::CloseMethod>("close")});
  }

  explicit FdWatcher(const Napi::CallbackInfo& info) : Napi::ObjectWrap<FdWatcher>(info) {
    callback_ = Napi::Persistent(info[1].As<Napi::Function>());
    context_ = std::make_unique<Napi::AsyncContext>(Env(), "FdWatcher");
    uv_loop_t* loop;
    napi_get_uv_event_loop(Env(), &loop);
    auto poll = std::make_unique<uv_poll_t>();
    if (const int err = uv_poll_init(loop, poll.get(), Int32Of(info[0])); err < 0) {
      ThrowErrno(Env(), "epoll_ctl", -err);
    }
    // From here on the loop knows it: who fails has to close it.
    poll_ = poll.release();
    poll_->data = this;
    const auto onReadable = [](uv_poll_t* handle, int, int) { static_cast<FdWatcher*>(handle->data)->Fire(); };
    if (const int err = uv_poll_start(poll_, UV_READABLE, onReadable); err < 0) {
      Close();
      ThrowErrno(Env(), "epoll_ctl", -err);
    }
    napi_add_env_cleanup_hook(Env(), CloseAtExit, this);
    Ref();
  }

 private:
  static void CloseAtExit(void* self) { static_cast<FdWatcher*>(self)->Close(); }

  void Fire() {
    const Napi::HandleScope scope(Env());
    try {
      callback_.MakeCallback(Env().Global(), 0, nullptr, *context_);
    } catch (const Napi::Error& error) {
      napi_fatal_exception(Env(), error.Value());
    }
  }

  Napi::Value CloseMethod(const Napi::CallbackInfo& info) {
    if (Close()) {
      napi_remove_env_cleanup_hook(info.Env(), CloseAtExit, this);
      Unref();
    }
    return info.Env().Undefined();
  }

  bool Close() {
    uv_poll_t* poll = std::exchange(poll_, nullptr);
    if (poll == nullptr) return false;
    uv_poll_stop(poll);
    uv_close(reinterpret_cast<uv_handle_t*>(poll), [](uv_handle_t* handle) {
      delete reinterpret_cast<uv_poll_t*>(handle);
    });
    return true;
  }

  uv_poll_t* poll_ = nullptr;
  Napi::FunctionReference callback_;
  std::unique_ptr<Napi::AsyncContext> context_;
};

}  // namespace

void ExportFdWatcher(Napi::Env env, Napi::Object exports) { exports.Set("FdWatcher", FdWatcher::Define(env)); }

}  // namespace tsbt
