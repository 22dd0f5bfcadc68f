import { EventEmitter } from 'node:events'
import { describe, expect, it, jest } from '@jest/globals'
import { listenForStop } from '../../src/action/cancel.js'

describe('listenForStop', () => {
  it('asks to stop on the first signal and keeps its reason', () => {
    const signals = new EventEmitter()
    const { stop, ended } = listenForStop(signals)
    expect([stop.signal.aborted, stop.reason, stop.cancelled.aborted]).toEqual([false, undefined, false])
    signals.emit('SIGINT')
    signals.emit('SIGTERM')
    expect([stop.signal.aborted, stop.reason, stop.cancelled.aborted]).toEqual([true, 'cancelled (SIGINT)', true])
    expect(ended.aborted).toBe(true)
  })

  it('asks to stop when the time is up, which is not urgent until a signal comes', () => {
    jest.useFakeTimers()
    const signals = new EventEmitter()
    const { stop, ended, limit, changing, dispose } = listenForStop(signals)
    limit(5000)
    changing()
    jest.advanceTimersByTime(4999)
    expect(stop.signal.aborted).toBe(false)
    jest.advanceTimersByTime(1)
    expect([stop.signal.aborted, stop.reason, stop.cancelled.aborted]).toEqual([true, 'time limit of 5 s', false])
    expect(ended.aborted).toBe(false)
    signals.emit('SIGTERM')
    expect([stop.reason, stop.cancelled.aborted]).toEqual(['time limit of 5 s', true])
    expect(ended.aborted).toBe(true)
    dispose()
    jest.useRealTimers()
  })

  it('ends everything when the time is up and nothing was changed', () => {
    jest.useFakeTimers()
    const { ended, limit, dispose } = listenForStop(new EventEmitter())
    limit(5000)
    jest.advanceTimersByTime(5000)
    expect(ended.aborted).toBe(true)
    dispose()
    jest.useRealTimers()
  })

  it('ends everything a minute after the last change when the time is up', () => {
    jest.useFakeTimers()
    const { ended, limit, changing, dispose } = listenForStop(new EventEmitter())
    changing()
    limit(5000)
    jest.advanceTimersByTime(5000 + 50_000)
    changing()
    jest.advanceTimersByTime(59_999)
    expect(ended.aborted).toBe(false)
    jest.advanceTimersByTime(1)
    expect(ended.aborted).toBe(true)
    dispose()
    jest.useRealTimers()
  })

  it('does not take a very long limit for none', () => {
    jest.useFakeTimers()
    const { stop, limit, dispose } = listenForStop(new EventEmitter())
    limit(365 * 86_400_000)
    jest.advanceTimersByTime(60_000)
    expect(stop.signal.aborted).toBe(false)
    dispose()
    jest.useRealTimers()
  })

  it('asks to stop when the terminal is closed', () => {
    const signals = new EventEmitter()
    const { stop, dispose } = listenForStop(signals)
    signals.emit('SIGHUP')
    expect([stop.reason, stop.cancelled.aborted]).toEqual(['cancelled (SIGHUP)', true])
    dispose()
  })

  it('leaves nothing behind', () => {
    const signals = new EventEmitter()
    const { dispose, stop } = listenForStop(signals)
    dispose()
    signals.emit('SIGINT')
    expect(signals.eventNames()).toEqual([])
    expect(stop.signal.aborted).toBe(false)
  })
})
