// An empty cart to a refunded order, with nothing but Commerce Layer's SDK; the base URL is all that differs.
// Environment: CL_URL (…/commercelayer), CL_CLIENT_ID, CL_CLIENT_SECRET, CL_STORE_ID, CL_STORE_SECRET,
// CL_MARKET_NUMBER, CL_MARKET_ID, CL_SKU_CODE, CL_COUPON_CODE. Prints the states that the order went through.
import assert from 'node:assert/strict'
import { CommerceLayer } from '@commercelayer/sdk/bundle'

const env = process.env
const HOST = 'https://countersign.commercelayer.io'

async function token(clientId, clientSecret) {
  const answer = await fetch(`${env.CL_URL}/oauth/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope: `market:${env.CL_MARKET_NUMBER}`
    })
  })
  const granted = await answer.json()
  assert.equal(granted.expires_in, 7200, JSON.stringify(granted))
  return granted.access_token
}

function client(accessToken) {
  return CommerceLayer({
    organization: 'countersign',
    accessToken,
    fetch: async (url, options) => await fetch(String(url).replace(HOST, env.CL_URL), options)
  })
}

const states = []
function note(order) {
  states.push(`${order.status} / ${order.payment_status} / ${order.fulfillment_status}`)
  return order
}

const shop = client(await token(env.CL_STORE_ID, env.CL_STORE_SECRET))
const desk = client(await token(env.CL_CLIENT_ID, env.CL_CLIENT_SECRET))

// The shopper fills a cart.
const [sku] = await shop.skus.list({ filters: { code_eq: env.CL_SKU_CODE } })
const [price] = await shop.prices.list({ filters: { sku_code_eq: env.CL_SKU_CODE } })
assert.equal(sku.code, env.CL_SKU_CODE)
const created = note(await shop.orders.create({ market: shop.markets.relationship(env.CL_MARKET_ID) }))
assert.equal(created.formatted_total_amount, '€0,00')
const relation = shop.orders.relationship(created.id)
const line = await shop.line_items.create({ order: relation, sku_code: sku.code, quantity: 1 })
await shop.line_items.create({ order: relation, sku_code: sku.code, quantity: 1, _update_quantity: true })
note(await shop.orders.update({ id: created.id, customer_email: 'Jane.Doe@Example.com' }))
await shop.orders.update({ id: created.id, coupon_code: env.CL_COUPON_CODE })

// Beyond the stock nothing is sold.
const refused = await shop.line_items.update({ id: line.id, quantity: 1_000_000 }).catch((error) => error)
assert.equal(refused.status, 422)
assert.equal(refused.errors[0].title, 'is out of stock')

// The checkout.
const address = await shop.addresses.create({
  first_name: 'Jane', last_name: 'Doe', line_1: 'Via Roma 1', city: 'Milano', zip_code: '20121',
  state_code: 'MI', country_code: 'IT', phone: '+39 02 1234567'
})
await shop.orders.update({
  id: created.id,
  billing_address: shop.addresses.relationship(address.id),
  _shipping_address_same_as_billing: true
})
const open = await shop.orders.retrieve(created.id, {
  include: ['shipments.available_shipping_methods', 'available_payment_methods', 'line_items.item']
})
assert.equal(open.line_items[0].item.code, sku.code)
const [shipment] = open.shipments
await shop.shipments.update({
  id: shipment.id,
  shipping_method: shop.shipping_methods.relationship(shipment.available_shipping_methods[0].id)
})
const transfer = open.available_payment_methods.find((method) => method.payment_source_type === 'WireTransfer')
await shop.orders.update({ id: created.id, payment_method: shop.payment_methods.relationship(transfer.id) })
await shop.wire_transfers.create({ order: relation })
const ready = await shop.orders.retrieve(created.id, { fields: { orders: ['placeable', 'total_amount_with_taxes_cents'] } })
assert.equal(ready.placeable, true)
const placed = note(await shop.orders._place(created.id))
assert.equal(placed.total_amount_with_taxes_cents, ready.total_amount_with_taxes_cents)

// A storefront approves nothing.
const denied = await shop.orders._approve(created.id).catch((error) => error)
assert.equal(denied.status, 401)

// The desk behind the store.
const listed = await desk.orders.list({ filters: { status_eq: 'placed', number_eq: placed.number }, pageSize: 5 })
assert.equal(listed[0].id, created.id)
assert.equal(listed.meta.recordCount, 1)
note(await desk.orders._approve(created.id))
note(await desk.orders._capture(created.id))
await desk.shipments._ship(shipment.id)
note(await desk.orders.retrieve(created.id, { include: ['shipments', 'customer', 'payment_source'] }))
const refunded = note(await desk.orders._refund(created.id))

console.log(JSON.stringify({ states, number: refunded.number, total: placed.total_amount_with_taxes_cents, price: price.amount_cents }))
