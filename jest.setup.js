// Jest runs each test file in a realm of its own. Errors that Node itself makes (fetch, fs, new URL, AbortSignal) come
// from the outer realm and are not `instanceof Error` here, so the code under test would take another branch than in
// production.
for (const builtIn of [Error, TypeError, RangeError, SyntaxError]) {
  Object.defineProperty(builtIn, Symbol.hasInstance, {
    configurable: true,
    value(candidate) {
      if (Function.prototype[Symbol.hasInstance].call(this, candidate)) return true
      // Subclasses inherit this method; theirs are made in this realm only and keep the ordinary meaning.
      return this === builtIn && inheritsFrom(candidate, builtIn.name)
    }
  })
}

function inheritsFrom(candidate, name) {
  if (typeof candidate !== 'object' || candidate === null) return false
  for (let prototype = Object.getPrototypeOf(candidate); prototype; prototype = Object.getPrototypeOf(prototype)) {
    if (Object.hasOwn(prototype, 'constructor') && prototype.constructor?.name === name) return true
  }
  return false
}
